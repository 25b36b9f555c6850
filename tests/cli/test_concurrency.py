"""Several runs of one experiment in one folder share its trials."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from program import PATIENCE, leases_in, process_state, small_config, training_processes, trials_run, wait_until

# 2 optimisers of 3 rates on 4 seeds, and 12 repeats at the best rate of each.
FORTY_EIGHT_TRIALS = small_config(
    learning_rates=[0.01, 0.1, 0.5], optimisers=[{"name": "sgd"}, {"name": "adam"}],
    protocol={"search_seeds": list(range(4)), "repeat_seeds": list(range(4, 16)),
              "select": {"metric": "accuracy", "split": "test", "rule": "final"}})

MACHINE_ID = Path("/etc/machine-id").read_text().strip() if Path("/etc/machine-id").exists() else ""


def write_lease(program, trial, **changes):
    """A lease of this test's own process, which lives, with some fields changed."""
    stat = open("/proc/self/stat").read()
    lease = {
        "host": socket.gethostname(),
        "machine_id": MACHINE_ID,
        "boot_id": open("/proc/sys/kernel/random/boot_id").read().strip(),
        "pid_namespace": os.readlink("/proc/self/ns/pid"),
        "pid": os.getpid(),
        "start_time": int(stat.rpartition(")")[2].split()[19]),
        **changes,
    }
    return write_lease_text(program, trial, json.dumps(lease))


def write_lease_text(program, trial, text):
    folder = program.folder / "runs/small/leases"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{trial}.json"
    file.write_text(text)
    return file


def ids_of(program, config):
    return [trial["id"] for trial in program.answer("plan", config)]


def kill_at_work(run, folder):
    """Kills a run while it holds a trial, which it then cannot finish; returns the trial's id."""
    def held():
        return next((trial for trial, lease in leases_in(folder).items() if lease["pid"] == run.pid), None)
    def standing_still():
        for pid in training_processes(run.pid):
            os.kill(pid, signal.SIGSTOP)
            wait_until(lambda: process_state(pid) in "TZX", "the trial to stop")
            return process_state(pid) == "T" and held()
        return None
    trial = wait_until(standing_still, "a trial at work")
    run.kill()
    return trial


def test_eight_runs_two_of_them_killed_train_each_of_48_trials_once(program):
    config = program.write(FORTY_EIGHT_TRIALS)
    folder = program.folder / "runs/small"
    runs = [program.start("run", config, "--jobs", 1) for _ in range(8)]
    lost = [kill_at_work(run, folder) for run in runs[:2]]
    assert len(set(lost)) == 2
    ended = [run.communicate(timeout=PATIENCE) for run in runs]
    assert [run.returncode for run in runs] == [-signal.SIGKILL] * 2 + [0] * 6

    finished = [trial.partition(":")[0] for _, stderr in ended
                for trial in re.findall(r"^\[\d+/\d+\] (.*)$", stderr, flags=re.MULTILINE)]
    assert len(finished) == len(set(finished))  # no trial twice
    assert len(finished) >= 48 - 2  # a killed run may have stored a record and not told
    assert len(program.records()) == 48
    assert {name.name for name in folder.iterdir()} == {"config.json", "leases", "records"}
    assert all(file.name.endswith(".json") for file in (folder / "records").iterdir())
    assert leases_in(folder) == {}
    tables = {stdout for stdout, _ in ended[2:]}
    assert len(tables) == 1 and "48 trials: 48 completed" in tables.pop()
    for _, stderr in ended[2:]:
        assert "warning" not in stderr and "error" not in stderr

    alone = program.run("run", config, "--results", "alone")
    assert alone.returncode == 0, alone.stderr
    assert program.run("compare", "--exact", folder, "alone/small").returncode == 0


def waiting_run(program, config, *arguments):
    """A run that has told for whom it waits, and what it said."""
    run = program.start("run", config, *arguments)
    said = ""
    while "waiting for" not in said:
        line = run.stderr.readline()
        assert line, f"it ended and said: {said}"
        said += line
    return run, said


def test_a_run_waits_for_the_trials_of_another_and_tells_for_whom(program):
    config = program.write(small_config(learning_rates=[0.01, 0.1], optimisers=[{"name": "sgd"}, {"name": "nero"}]))
    trials = ids_of(program, config)
    leases = [write_lease(program, trial) for trial in trials[:2]]
    run, said = waiting_run(program, config)
    assert f"waiting for 2 trials held by host {socket.gethostname()}, pid {os.getpid()}" in said
    assert len(program.records()) == 2

    for lease in leases:
        lease.unlink()
    stdout, stderr = run.communicate(timeout=PATIENCE)
    assert run.returncode == 0 and "4 trials: 4 completed" in stdout
    assert "waiting" not in stderr  # told once


def test_a_run_takes_over_the_record_of_another_without_training(program):
    config = program.write(small_config())
    assert program.run("run", config, "--results", "elsewhere").returncode == 0
    (trial,) = ids_of(program, config)
    lease = write_lease(program, trial)
    run, _ = waiting_run(program, config)
    (program.folder / "runs/small/records").mkdir(exist_ok=True)
    shutil.copy(program.folder / f"elsewhere/small/records/{trial}.json", program.folder / "runs/small/records")
    stdout, stderr = run.communicate(timeout=PATIENCE)
    assert run.returncode == 0 and "1 completed" in stdout and "[1/" not in stderr
    assert lease.exists()  # not ours to remove


def test_two_runs_at_one_trial_do_not_disturb_each_other(program):
    """As where the lease of a run that was only silent is taken over: whoever ends first removes the checkpoints of both."""
    config = program.write(small_config(budget={"steps": 300}))
    runs = []
    for _ in range(2):
        runs.append(program.start("run", config, "--checkpoint-every", 1))
        (trial,) = wait_until(lambda: leases_in(program.folder / "runs/small"), "a lease")
        wait_until(lambda: training_processes(runs[-1].pid), "the trial to be trained")
        (program.folder / f"runs/small/leases/{trial}.json").unlink()
    for run in runs:
        stdout, stderr = run.communicate(timeout=PATIENCE)
        assert run.returncode == 0 and "1 completed" in stdout and "warning" not in stderr, stderr
    assert list(program.records()) == [trial]


def test_a_failure_is_retried_once_by_all_who_retry_it_at_the_same_time(program):
    program.replace_trial_program("""echo $seed >> started
case $seed in 0) until [ -e first ]; do sleep 0.02; done ;; 1) until [ -e second ]; do sleep 0.02; done ;; esac
kill -SEGV $$""")
    config = program.write(small_config(protocol__search_seeds=[0, 1, 2, 3]))
    first, second, started = (program.folder / name for name in ("first", "second", "started"))
    first.touch(), second.touch()
    assert program.run("run", config).returncode == 1
    for file in (first, second, started):
        file.unlink()
    def seeds():
        return started.read_text().split() if started.exists() else []
    runs = [program.start("run", config, "--retry-failed", "--jobs", 1) for _ in range(2)]
    wait_until(lambda: len(seeds()) == 2, "each run to be at a trial")
    first.touch()
    wait_until(lambda: len(seeds()) == 4, "one run to be through with the other trials")
    second.touch()
    for run in runs:
        run.communicate(timeout=PATIENCE)
        assert run.returncode == 1
    assert sorted(seeds()) == list("0123")


def test_ctrl_c_ends_the_waiting(program):
    config = program.write(small_config())
    write_lease(program, ids_of(program, config)[0])
    run, _ = waiting_run(program, config)
    run.send_signal(signal.SIGINT)
    _, stderr = run.communicate(timeout=PATIENCE)
    assert run.returncode == 130 and "the same command continues" in stderr


@pytest.mark.parametrize("changes", [
    pytest.param({"start_time": 1}, id="its_pid_is_another_process_now"),
    pytest.param({"boot_id": "11111111-2222-3333-4444-555555555555"}, id="its_host_was_restarted",
                 marks=pytest.mark.skipif(not MACHINE_ID, reason="this machine has no id")),
])
def test_the_lease_of_a_dead_run_is_taken_over_at_once(program, changes):
    config = program.write(small_config())
    lease = write_lease(program, ids_of(program, config)[0], **changes)
    done = program.run("run", config)
    assert done.returncode == 0 and len(trials_run(done)) == 1 and "waiting" not in done.stderr
    assert not lease.exists()


@pytest.mark.parametrize("content", [
    pytest.param({"host": "elsewhere"}, id="another_host"),
    pytest.param({"machine_id": "0" * 32, "boot_id": "11111111-2222-3333-4444-555555555555"}, id="another_host_of_the_same_name"),
    pytest.param("", id="empty"),
    pytest.param("{\"host\": [[[", id="torn"),
    pytest.param("\x00\x01 not a lease", id="garbage"),
    pytest.param('{"host": 1, "pid": "x", "boot_id": null}', id="wrong_types"),
])
def test_a_lease_that_nobody_can_ask_about_is_taken_over_after_its_silence(program, content):
    config = program.write(small_config())
    (trial,) = ids_of(program, config)
    known = isinstance(content, dict)
    lease = write_lease(program, trial, **content) if known else write_lease_text(program, trial, content)
    run, said = waiting_run(program, config, "--lease-timeout", 1)
    assert (content.get("host", socket.gethostname()) if known else lease.name) in said
    stdout, stderr = run.communicate(timeout=PATIENCE)
    assert run.returncode == 0 and "1 completed" in stdout, stderr
    assert not lease.exists()


def test_a_living_run_of_another_host_keeps_its_trial(program):
    config = program.write(small_config())
    lease = write_lease(program, ids_of(program, config)[0], host="elsewhere")
    run, _ = waiting_run(program, config, "--lease-timeout", "2s")
    for _ in range(6):  # three times the silence
        with pytest.raises(subprocess.TimeoutExpired):
            run.wait(1)
        os.utime(lease)
    assert run.poll() is None and program.records() == {}
    lease.unlink()
    run.communicate(timeout=PATIENCE)
    assert run.returncode == 0


def test_what_runs_left_unfinished_that_were_killed_days_ago_is_removed(program):
    config = program.write(small_config())
    folders = [program.folder / "runs/small" / name for name in (".", "records", "leases")]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        for name, days in ((".a.json.1.1.tmp", 2), (".a.json.1.2.tmp", 0.5)):
            (folder / name).touch()
            os.utime(folder / name, (time.time() - 86400 * days,) * 2)
    assert program.run("run", config).returncode == 0
    assert [[file.name for file in folder.glob(".*")] for folder in folders] == [[".a.json.1.2.tmp"]] * 3


def test_a_run_gives_signs_of_life(program):
    config = program.write(small_config(budget={"steps": 10_000_000}))
    run = program.start("run", config, "--lease-timeout", 1)
    folder = program.folder / "runs/small"
    (trial,) = wait_until(lambda: leases_in(folder), "a lease")
    file = folder / "leases" / f"{trial}.json"
    first = file.stat().st_mtime_ns
    wait_until(lambda: file.stat().st_mtime_ns > first, "a sign of life")
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=PATIENCE)
    assert run.returncode == 130 and not file.exists()
