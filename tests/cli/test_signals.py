"""Killed and interrupted runs: what was finished is kept, nothing is left behind, the same command goes on."""

import contextlib
import fcntl
import json
import os
import pty
import signal
import termios
import time

import pytest

from program import (PATIENCE, Program, has_pending, is_alive, process_state, request_again, schema_problems,
                     small_config, training_processes, trials_run, wait_until)

# Trials of about half a second, two side by side, so that there is time to end them.
LONG = small_config(budget={"steps": 2000}, task__data__train_samples=2000, learning_rates=[0.001, 0.01, 0.1],
                    optimisers=[{"name": "sgd"}, {"name": "adam"}])
TRIALS = 6


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    """The results folder of a run that nobody disturbed."""
    folder = tmp_path_factory.mktemp("uninterrupted") / "here"
    folder.mkdir()
    program = Program(folder)
    assert program.run("run", program.write(LONG)).returncode == 0
    return folder / "runs/small"


def start(program, *arguments):
    return program.start("run", program.write(LONG), *arguments)


def wait_for_trial(run):
    """The ids of nero-trial processes at work, as soon as there is one."""
    def found():
        assert run.poll() is None, "the run ended before a trial was found"
        return training_processes(run.pid)
    return wait_until(found, "a nero-trial process")


def stop_a_trial(run):
    """The id of a nero-trial process that is at work, and stands still, so that it cannot end by itself."""
    def stopped():
        pid = wait_for_trial(run)[0]
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
        wait_until(lambda: process_state(pid) in "TZX", "the process to stop")
        return pid if process_state(pid) == "T" else None  # it may have ended first
    return wait_until(stopped, "a stopped trial")


def wait_for_record_and_trial(program, run):
    wait_until(program.records, "a record")
    return wait_for_trial(run)


def finish(run):
    stdout, stderr = run.communicate(timeout=PATIENCE)
    return run.returncode, stdout, stderr


def continue_and_compare(program, uninterrupted):
    """The same command completes what was interrupted, with the records of a run that never was."""
    done = program.run("run", "config.json")
    assert done.returncode == 0, done.stderr
    assert 0 < len(trials_run(done)) < TRIALS
    assert len(program.records()) == TRIALS
    comparison = program.run("compare", "--exact", "runs/small", uninterrupted)
    assert comparison.returncode == 0, comparison.stdout


def test_a_killed_trial_is_a_failed_record_and_the_others_finish(program):
    run = start(program, "--jobs", 2)
    os.kill(stop_a_trial(run), signal.SIGKILL)
    status, stdout, stderr = finish(run)
    assert status == 1
    assert f"{TRIALS} trials: {TRIALS - 1} completed, 1 failed" in stdout
    assert "1 trials failed" in stderr and "--retry-failed" in stderr

    answer = program.answer("status", "config.json")
    assert (answer["completed"], answer["failed"], answer["to_run"]) == (TRIALS - 1, 1, 0)
    failure = answer["failures"][0]
    assert failure["status"] == "failed" and "killed by signal 9" in failure["reason"]
    record = program.records()[failure["id"]]
    assert schema_problems("record", json.loads(record.read_text())) == []
    shown = program.run("status", "config.json").stdout
    assert failure["id"] in shown and "killed by signal 9" in shown

    again = program.run("run", "config.json")
    assert again.returncode == 1 and trials_run(again) == []

    retried = program.run("run", "config.json", "--retry-failed")
    assert retried.returncode == 0, retried.stderr
    assert len(trials_run(retried)) == 1
    assert json.loads(record.read_text())["status"] == "completed"
    assert [file.name for file in (record.parents[1] / "superseded").iterdir()] == [f"{failure['id']}-1.json"]


@pytest.mark.parametrize("number, exit_status", [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGUSR1, 138)],
                         ids=["interrupt", "terminate", "hang_up", "user"])
def test_a_signal_stops_in_order_and_the_same_command_completes(program, uninterrupted, number, exit_status):
    run = start(program, "--jobs", 2, "--format", "json")
    trials = wait_for_record_and_trial(program, run)
    asked_at = time.monotonic()
    run.send_signal(number)
    status, stdout, stderr = finish(run)
    assert status == exit_status, stderr
    assert time.monotonic() - asked_at < 15  # a fraction of a second on an idle machine
    assert not any(is_alive(pid) for pid in trials)

    totals = json.loads(stdout)["totals"]
    assert totals["completed"] > 0 and totals["missing"] > 0 and totals["failed"] == 0
    assert totals["completed"] == len(program.records())
    assert f"interrupted with {totals['missing']} trials to go; the same command continues" in stderr
    continue_and_compare(program, uninterrupted)


def test_ctrl_c_twice_ends_at_once(program):
    run = start(program, "--set", "budget.steps=10000000", "--jobs", 1)
    trial = stop_a_trial(run)  # it does not answer
    run.send_signal(signal.SIGINT)
    wait_until(lambda: has_pending(trial, signal.SIGINT), "the first signal to be passed on")
    request_again(run, signal.SIGINT)
    status, _, _ = finish(run)
    assert status == 130
    wait_until(lambda: not is_alive(trial), "the trial to end")


def test_ctrl_c_twice_ends_trials_that_ignore_every_signal(program):
    program.replace_trial_program("trap '' INT TERM HUP USR1; echo $$ > pid; while :; do sleep 0.02; done")
    run = start(program, "--jobs", 1)
    trial = int(wait_until(lambda: (program.folder / "pid").exists() and (program.folder / "pid").read_text(), "the trial"))
    run.send_signal(signal.SIGINT)
    request_again(run, signal.SIGINT)
    assert finish(run)[0] == 130
    wait_until(lambda: not is_alive(trial), "the trial to end")


@pytest.mark.parametrize("gap, saved", [(0.005, True), (0.3, False)], ids=["at_once", "later"])
def test_a_pair_of_signals_is_one_request_and_a_later_one_another(program, gap, saved):
    program.replace_trial_program("""trap 'asked=yes' TERM
touch ready; until [ "$asked" ]; do sleep 0.02; done; sleep 1; touch saved; exit 143""")
    run = program.start("run", program.write(small_config()), "--jobs", 1)
    wait_until((program.folder / "ready").exists, "the trial")
    run.send_signal(signal.SIGTERM)
    time.sleep(gap)
    run.send_signal(signal.SIGTERM)
    assert finish(run)[0] == 143
    assert (program.folder / "saved").exists() == saved


def test_a_run_under_nohup_survives_the_end_of_its_terminal(program):
    ignore_hang_ups = lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)
    run = program.start("run", program.write(LONG), preexec_fn=ignore_hang_ups, restore_signals=False)
    wait_for_trial(run)
    run.send_signal(signal.SIGHUP)
    assert finish(run)[0] == 0
    assert len(program.records()) == TRIALS


def read_until(descriptor, text):
    said = b""
    while text not in said:
        said += os.read(descriptor, 4096)


def test_a_terminal_that_closes_leaves_every_trial_the_time_to_save(program):
    # The first one is at once done with saving, and told; the second one takes its time.
    program.replace_trial_program("""trap 'asked=yes' HUP
if [ $seed = 0 ]; then train; exit; fi
touch ready; until [ "$asked" ]; do sleep 0.02; done; sleep 1; touch saved; exit 129""")
    config = program.write(small_config(budget={"steps": 10_000_000}, protocol__search_seeds=[0, 1]))
    ours, terminal = pty.openpty()
    run = program.start("run", config, "--jobs", 2, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True,
                        preexec_fn=lambda: fcntl.ioctl(terminal, termios.TIOCSCTTY, 0), pass_fds=[terminal])
    os.close(terminal)
    read_until(ours, b"epoch")
    wait_until((program.folder / "ready").exists, "the second trial")
    os.close(ours)
    assert finish(run)[0] == 129
    assert (program.folder / "saved").exists()
    assert any((program.folder / "runs/small/checkpoints").rglob("*.ckpt"))


def test_trials_end_with_a_killed_nero_bench(program, uninterrupted):
    run = start(program, "--jobs", 2)
    trials = wait_for_record_and_trial(program, run)
    run.kill()
    finish(run)
    wait_until(lambda: not any(is_alive(pid) for pid in trials), "the trials to end")
    assert 0 < len(program.records()) < TRIALS
    continue_and_compare(program, uninterrupted)
