"""Whatever happens between two system calls, nothing that was told is lost,
nothing is stored twice, and the same command completes."""

import collections
import random
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from faults.injection import Fault, build_library
from faults.ordeal import LONG_SWEEP, TRIALS, Ordeal, faults_at, faults_by_kind, spread, sweep_undisturbed, trials_told

SWEEPS, KILLS_A_SWEEP = 9, 7
RANDOM_KILLS = 50
SIGNALS = 12
DISK_FAULTS = 5  # of each kind


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return build_library(tmp_path_factory.mktemp("faults"))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, library):
    return sweep_undisturbed(tmp_path_factory.mktemp("undisturbed") / "here", library)


@pytest.fixture(scope="module")
def undisturbed_long(tmp_path_factory, library):
    return sweep_undisturbed(tmp_path_factory.mktemp("undisturbed_long") / "here", library, LONG_SWEEP)


def side_by_side(suffer, parts):
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(suffer, parts))


def test_a_sweep_killed_at_any_call_is_completed_by_the_same_command(tmp_path, library, undisturbed):
    def suffer(part):
        sweep, faults = part
        ordeal = Ordeal(tmp_path / f"sweep{sweep}", library)
        ordeal.kill(faults, undisturbed.records)
        return ordeal.struck

    parts = enumerate(faults_by_kind(undisturbed.calls, SWEEPS, KILLS_A_SWEEP, seed=1))
    struck = sum(side_by_side(suffer, parts), collections.Counter())
    assert struck.total() >= 60
    assert struck.keys() >= {call.kind() for call in undisturbed.calls if call.letter in "owfrl"}


def test_random_kills_in_one_sweep_leave_no_trace(tmp_path, library, undisturbed_long):
    ordeal = Ordeal(tmp_path / "here", library, jobs=2, config=LONG_SWEEP)
    ordeal.kill_at_random_moments(RANDOM_KILLS, undisturbed_long, random.Random(3))
    assert len(ordeal.records) >= TRIALS // 4  # most of the sweep was killed, not its end alone left to complete
    ordeal.complete(undisturbed_long.records)


def test_signals_at_any_moment_lose_nothing(tmp_path, library, undisturbed_long):
    ordeal = Ordeal(tmp_path / "here", library, jobs=2, config=LONG_SWEEP)
    ordeal.terminate_at_random_moments(SIGNALS, undisturbed_long, random.Random(4))
    ordeal.complete(undisturbed_long.records)


@pytest.mark.parametrize("letter, error", [("w", "ENOSPC"), ("o", "ENOSPC"), ("f", "EIO"), ("r", "EIO"), ("l", "EIO")],
                         ids=["write", "open", "fsync", "rename", "link"])
def test_a_disk_that_fails_ends_the_run_with_the_path_and_is_made_good_for(tmp_path, library, undisturbed, letter, error):
    points = spread(DISK_FAULTS, sum(call.letter == letter for call in undisturbed.calls), seed=2)
    ordeal = Ordeal(tmp_path / "here", library)
    ordeal.fail(faults_at(points, error, of=f"* {letter} *"), undisturbed.records)
    assert ordeal.struck.total() == DISK_FAULTS


@pytest.mark.parametrize("what", ["/config.json", "/records/*"])
def test_what_cannot_be_read_now_is_neither_skipped_nor_replaced(tmp_path, library, undisturbed, what):
    ordeal = Ordeal(tmp_path / "here", library)
    ordeal.complete(undisturbed.records)
    files = {file: file.read_bytes() for file in ordeal.results.rglob("*.json")}
    done, struck = ordeal.run(Fault(1, "EIO", stays=True, of=f"nero-bench i {what}"))
    assert struck and done.returncode == 5 and trials_told(done.stderr) == 0, done.stderr
    ordeal.expect_explained(done.stderr, "EIO")
    assert {file: file.read_bytes() for file in ordeal.results.rglob("*.json")} == files
    ordeal.complete(undisturbed.records)


def test_a_file_system_without_hard_links_does_as_well(tmp_path, library, undisturbed):
    ordeal = Ordeal(tmp_path / "here", library)
    done, struck = ordeal.run(Fault(1, "EPERM", stays=True, of="* l *"))
    assert struck and done.returncode == 0, done.stderr
    assert ordeal.told == len(ordeal.stored) == TRIALS
    ordeal.complete(undisturbed.records)


def test_a_file_system_that_can_only_replace_files_is_refused_before_a_trial_is_trained(tmp_path, library):
    ordeal = Ordeal(tmp_path / "here", library)
    done, struck = ordeal.run(Fault(1, "EPERM", stays=True, of="* [ln] *"))
    assert struck and done.returncode == 5, done.stderr
    assert "runs/small" in done.stderr and "neither hard links nor" in done.stderr and "--results" in done.stderr
    assert not any(call.program == "nero-trial" for call in ordeal.faults.calls().values())
    assert not (ordeal.results / "checkpoints").exists()


def test_a_full_file_system_ends_the_run_and_freeing_space_continues_it(tmp_path, library, undisturbed):
    ordeal = Ordeal(tmp_path / "here", library, jobs=2)
    disk = ordeal.program.folder / "runs"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4M", "none", disk], check=False, capture_output=True, encoding="utf-8")
    if mounted.returncode != 0:
        pytest.skip(f"no right to mount a small file system here: {mounted.stderr.strip()}")
    try:
        ordeal.fill_up(disk, [0, 1, 2, 3, 4, 6, 8, 12, 16])
        ordeal.complete(undisturbed.records)
    finally:
        subprocess.run(["umount", disk], check=True)
