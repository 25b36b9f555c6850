"""Not in CI yet: run by hand with NERO_BENCH_BIN set. Whatever happens between two system calls, nothing that was told is lost, nothing runs twice, and the same command completes."""

import os
import random
import re

import pytest

from faults.injection import Faults, build_library, clear, reproducible_records, start_dates
from program import Program, small_config

# 12 trials of some hundredths of a second, saved every second step.
SWEEP = small_config(learning_rates=[0.01, 0.1, 1.0], optimisers=[{"name": "nero"}, {"name": "adam"}],
                     protocol__search_seeds=[0, 1], budget={"steps": 6})
TRIALS = 12
POINTS = int(os.environ.get("NERO_BENCH_FAULT_POINTS", "64"))
OPTIONS = ("--checkpoint-every", "2", "--jobs", "2", "--no-pin")


class Sweep:
    def __init__(self, folder, library):
        folder.mkdir()
        self.program = Program(folder)
        self.config = self.program.write(SWEEP)
        self.results = folder / "runs/small"
        self.faults = Faults(library, self.results)

    def run(self, environment=()):
        return self.program.run("run", self.config, *OPTIONS, environment=environment)

    def records_told(self, done):
        """How many trials the run said had finished, each after its record was safe."""
        return len(re.findall(r"^\[\d+/\d+\] ", done.stderr, flags=re.MULTILINE))


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return build_library(tmp_path_factory.mktemp("faults"))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, library):
    """The records of a sweep that nothing happened to, and the calls that it made."""
    sweep = Sweep(tmp_path_factory.mktemp("undisturbed") / "here", library)
    done = sweep.run(sweep.faults.environment(0, "kill"))
    assert done.returncode == 0, done.stderr
    assert sweep.records_told(done) == TRIALS
    records = reproducible_records(sweep.results)
    assert len(records) == TRIALS
    return records, sweep.faults.calls_made()


def points(calls, count, seed):
    """So many numbers of calls, spread over all of them."""
    if count >= calls:
        return range(1, calls + 1)
    step = calls / count
    random_numbers = random.Random(seed)
    return [int(i * step + random_numbers.random() * step) + 1 for i in range(count)]


def expect_completes(sweep, first, records, where):
    """The same command, undisturbed, after a `first` one that met its fate."""
    told = sweep.records_told(first)
    kept = start_dates(sweep.results)
    assert len(kept) >= told, f"{where}: {told} trials were told, {len(kept)} records are there"
    second = sweep.run()
    assert second.returncode == 0, f"{where}: {second.stderr}"
    assert "not a trial record" not in second.stderr, f"{where}: a torn file: {second.stderr}"
    assert sweep.records_told(second) == TRIALS - len(kept), f"{where}: {second.stderr}"
    assert reproducible_records(sweep.results) == records, where
    assert {name: date for name, date in start_dates(sweep.results).items() if name in kept} == kept, where
    assert not (sweep.results / "superseded").exists(), where
    assert not any((sweep.results / "checkpoints").rglob("*.ckpt")), f"{where}: checkpoints of finished trials are left"


def test_a_sweep_killed_at_any_call_is_completed_by_the_same_command(tmp_path, library, undisturbed):
    records, calls = undisturbed
    sweep = Sweep(tmp_path / "here", library)
    hit = 0
    for at in points(calls, POINTS, seed=1):
        clear(sweep.results)
        first = sweep.run(sweep.faults.environment(at, "kill"))
        hit += first.returncode != 0 or sweep.records_told(first) < TRIALS
        expect_completes(sweep, first, records, f"killed at call {at} of {calls}")
    assert hit > 0


@pytest.mark.parametrize("calls_of, error", [("w", "ENOSPC"), ("o", "ENOSPC"), ("f", "EIO"), ("r", "EIO")])
def test_a_disk_that_fails_ends_the_run_with_the_path_and_is_made_good_for(tmp_path, library, undisturbed, calls_of, error):
    records, _ = undisturbed
    sweep = Sweep(tmp_path / "here", library)
    sweep.faults.calls = calls_of
    assert sweep.run(sweep.faults.environment(0, "kill")).returncode == 0
    for at in points(sweep.faults.calls_made(), max(POINTS // 6, 4), seed=2):
        clear(sweep.results)
        first = sweep.run(sweep.faults.environment(at, error, stays=True))
        where = f"{error} from call {at} on: {first.stderr}"
        assert first.returncode == 5, where
        assert str(sweep.results) in first.stderr or "runs/small" in first.stderr, where
        reason = {"ENOSPC": "No space left on device", "EIO": "Input/output error"}[error]
        assert reason in first.stderr, where
        expect_completes(sweep, first, records, where)


def test_fifty_random_kills_in_one_sweep_leave_no_trace(tmp_path, library, undisturbed):
    records, calls = undisturbed
    sweep = Sweep(tmp_path / "here", library)
    numbers = random.Random(3)
    for _ in range(50):
        sweep.run(sweep.faults.environment(numbers.randint(1, max(2, calls // 12)), "kill"))
    assert sweep.run().returncode == 0
    assert reproducible_records(sweep.results) == records
