"""A data set that is not what it should be ends a run with exit code 4 before its first step; decoded data are shared."""

import fcntl
import gzip
import json
import os
import resource
import signal
import struct
import subprocess
import time
from pathlib import Path

import pytest

from program import BINARIES, PATIENCE, catches, small_config, training_processes, trials_run, wait_until

IMAGES, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
PIXELS = bytes(i * i % 251 for i in range(60 * 28 * 28))
CONFIG = small_config(task__data={"name": "mnist", "pool": 4}, protocol__search_seeds=[0, 1])


def idx(shape, values):
    return struct.pack(f">{1 + len(shape)}I", 0x800 + len(shape), *shape) + values


GOOD = {
    IMAGES: gzip.compress(idx([60, 28, 28], PIXELS)),
    LABELS: gzip.compress(idx([60], bytes(i % 10 for i in range(60)))),
    "t10k-images-idx3-ubyte": gzip.compress(idx([20, 28, 28], PIXELS[:20 * 28 * 28])),
    "t10k-labels-idx1-ubyte": gzip.compress(idx([20], bytes(i % 10 for i in range(20)))),
}

FAULTS = {
    "truncated": (IMAGES, GOOD[IMAGES][:len(GOOD[IMAGES]) // 2], "the compressed data end too early"),
    "checksum": (IMAGES, GOOD[IMAGES][:-8] + bytes([GOOD[IMAGES][-8] ^ 1]) + GOOD[IMAGES][-7:], "incorrect data check"),
    "magic": (LABELS, gzip.compress(idx([60, 1], bytes(60))), "at byte 0 (uncompressed): expected the magic number 2049"),
    "dimensions": (IMAGES, gzip.compress(idx([0xffffffff] * 3, PIXELS)), "at byte 4 (uncompressed): a dimension of 4294967295"),
    "announced": (IMAGES, gzip.compress(idx([5_000_000, 28, 28], PIXELS)), "after 47040 of the 3920000000 values"),
    "label": (LABELS, gzip.compress(idx([60], bytes([3, 10]) + bytes(58))), "at byte 9 (uncompressed): label 10"),
    "html": (IMAGES, b"<!DOCTYPE html><html><body>404 Not Found</body></html>", "at byte 0 (uncompressed): expected the magic"),
}


def put(program, **changed):
    folder = program.folder / "data/mnist"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in {**GOOD, **changed}.items():
        (folder / f"{name}.gz").write_bytes(content)


def run(program, *arguments, results="runs", **options):
    return program.run("run", program.write(CONFIG), "--data-dir", "data", "--jobs", 1, "--results", results, *arguments, **options)


def cached(program):
    return sorted((program.home / ".cache/nero-bench/data").glob("*"))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_exit_code_4_that_names_file_and_place(program, fault):
    name, content, said = FAULTS[fault]
    put(program, **{name: content})
    done = run(program)
    assert done.returncode == 4 and done.stdout == "" and trials_run(done) == []
    assert f"data/mnist/{name}.gz: at byte " in done.stderr and said in done.stderr and "good copy" in done.stderr
    assert program.records() == {} and cached(program) == []


def test_a_fault_is_found_although_the_good_data_are_cached(program):
    put(program)
    assert run(program, results="before").returncode == 0 and len(cached(program)) == 1
    put(program, **{LABELS: FAULTS["label"][1]})
    done = run(program)
    assert done.returncode == 4 and FAULTS["label"][2] in done.stderr
    put(program)
    assert run(program).returncode == 0 and len(cached(program)) == 1


def test_what_a_header_announces_is_not_allocated(program):
    """nero-trial itself, with a quarter of the memory that the header claims."""
    spec = {"task": CONFIG["task"], "optimiser": {"name": "sgd"}, "schedule": {"name": "constant"}, "budget": {"steps": 1},
            "learning_rate": 0.1, "seed": 0, "labels": {"experiment": "", "task": "", "optimiser": ""}}
    peaks = {}
    for fault in ("html", "announced"):
        name, content, said = FAULTS[fault]
        put(program, **{name: content})
        process = subprocess.Popen([BINARIES / "nero-trial", "--device", "cpu", "--data-dir", "data"], cwd=program.folder,
                                   env=program.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (1 << 30, 1 << 30)))
        process.stdin.write(json.dumps([{"spec": spec}]).encode())
        process.stdin.close()
        assert process.stdout.read() == b""  # no event: not one step was made
        assert said in process.stderr.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 4
        peaks[fault] = usage.ru_maxrss
    assert peaks["announced"] < peaks["html"] + 16 * 1024  # KiB


def test_a_trial_that_waits_for_another_s_decoding_stops_when_asked_to(program):
    put(program)
    held = [open(program.folder / f"data/mnist/{name}.gz") for name in GOOD]
    for file in held:
        fcntl.flock(file, fcntl.LOCK_EX)
    started = program.start("run", program.write(CONFIG), "--data-dir", "data", "--jobs", 1)
    trial, = wait_until(lambda: training_processes(started.pid), "the trial")
    wait_until(lambda: catches(trial, signal.SIGTERM), "the trial to take signals")
    time.sleep(0.2)  # more likely that it waits
    started.send_signal(signal.SIGTERM)
    said = started.communicate(timeout=PATIENCE)[1]
    assert started.returncode == 143 and "interrupted: stopped on request while it loaded its data" in said
    for file in held:
        file.close()
    assert program.run("run", "config.json", "--data-dir", "data").returncode == 0


def differences(program, left, right):
    done = program.run("compare", "--exact", f"{left}/small", f"{right}/small")
    return None if done.returncode == 0 else done.stdout


def test_records_are_the_same_to_the_last_bit_without_a_cache_with_an_empty_and_with_a_full_one(program):
    put(program)
    assert run(program, "--cache-dir", "none", results="without").returncode == 0 and cached(program) == []
    assert run(program, results="empty").returncode == 0 and len(cached(program)) == 1
    assert run(program, results="full").returncode == 0
    assert differences(program, "without", "empty") is None and differences(program, "without", "full") is None


def test_one_file_in_the_named_folder_serves_all_trials(program):
    put(program)
    done = run(program, "--cache-dir", "decoded")
    assert done.returncode == 0, done.stderr
    file, = (program.folder / "decoded").iterdir()
    written = file.stat().st_ino, file.stat().st_mtime_ns
    assert run(program, "--cache-dir", "decoded", results="again").returncode == 0
    assert written == (file.stat().st_ino, file.stat().st_mtime_ns)
    machine = program.answer("doctor", "--device", "cpu", "--cache-dir", "decoded")
    assert machine["data_cache"] == "decoded" and machine["data_cache_bytes"] == file.stat().st_size


def test_a_damaged_file_of_the_cache_is_replaced_with_a_warning(program):
    put(program)
    assert run(program, results="before").returncode == 0
    file, = cached(program)
    intact = file.read_bytes()
    file.write_bytes(intact[:-1] + bytes([intact[-1] ^ 1]))
    done = run(program)
    assert done.returncode == 0 and f"{file}: cached data are not used: the checksum" in done.stderr
    assert file.read_bytes() == intact
    assert differences(program, "before", "runs") is None


def allow_only_small_files():
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))


@pytest.mark.parametrize("trouble", ["not_a_folder", "no_space"])
def test_a_cache_that_cannot_be_written_is_one_warning_for_all_trials(program, trouble):
    put(program)
    (program.folder / "file").write_text("mine")
    options = {"not_a_folder": {}, "no_space": {"preexec_fn": allow_only_small_files}}[trouble]
    done = run(program, "--cache-dir", {"not_a_folder": "file", "no_space": "small"}[trouble], **options)
    assert done.returncode == 0, done.stderr
    assert len(program.records()) == 2
    assert done.stderr.count("no data are cached") == 1 and "--cache-dir" in done.stderr
    assert list(Path(program.folder).glob("small/*")) == []
