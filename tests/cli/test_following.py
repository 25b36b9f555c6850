"""Following a run: the log file, and status that looks again."""

import json
import re
import signal

from program import PATIENCE, small_config

TIME = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z"


def test_the_log_file_holds_every_trial_and_warning_with_its_time(program):
    program.replace_trial_program("[ $seed = 1 ] && kill -SEGV $$; train")
    config = program.write(small_config(protocol__search_seeds=[0, 1]))
    assert program.run("run", config, "--jobs", 1, "--log-file", "run.log").returncode == 1
    lines = (program.folder / "run.log").read_text().splitlines()
    assert all(re.match(rf"{TIME} (info|warning): ", line) for line in lines)
    trials = [line for line in lines if re.search(r": \[[12]/2\] ", line)]
    assert len(trials) == 2 and "completed" in trials[0] and "Segmentation fault" in trials[1]
    assert any("1 trials failed" in line for line in lines)

    assert program.run("run", config, "--retry-failed", "--log-file", "run.log").returncode == 1
    appended = (program.folder / "run.log").read_text().splitlines()
    assert appended[:len(lines)] == lines and len(appended) > len(lines)


def test_a_log_file_in_a_folder_that_does_not_exist_is_refused(program):
    done = program.run("run", program.write(small_config()), "--log-file", "logs/run.log")
    assert done.returncode == 5 and "--log-file logs/run.log: there is no folder logs" in done.stderr
    assert not (program.folder / "logs").exists() and not (program.folder / "runs").exists()


def test_errors_stand_in_the_log_file_too(program):
    done = program.run("run", "missing.json", "--log-file", "run.log")
    assert done.returncode == 2
    assert re.fullmatch(rf"{TIME} error: missing\.json: .*\n", (program.folder / "run.log").read_text())


def test_a_log_file_that_cannot_be_opened_is_exit_code_5(program):
    done = program.run("run", program.write(small_config()), "--log-file", "/proc/no/run.log")
    assert done.returncode == 5 and "/proc/no/run.log" in done.stderr
    assert not (program.folder / "runs").exists()


def test_watching_ends_when_nothing_is_left_to_run(program):
    config = program.write(small_config(protocol__search_seeds=[0], protocol__repeat_seeds=[1, 2]))
    watch = program.start("status", config, "--watch", "0.05", "--format", "json")
    first = json.loads(watch.stdout.readline())
    assert first["completed"] == 0
    assert program.run("run", config).returncode == 0
    stdout, stderr = watch.communicate(timeout=PATIENCE)
    assert watch.returncode == 0, stderr
    assert json.loads(stdout.splitlines()[-1])["completed"] == 3


def test_watching_what_is_finished_looks_once(program):
    config = program.write(small_config())
    assert program.run("run", config).returncode == 0
    done = program.run("status", config, "--watch")
    assert done.returncode == 0 and done.stdout == program.run("status", config).stdout


def test_watching_ends_with_ctrl_c(program):
    watch = program.start("status", program.write(small_config()), "--watch", "1h")
    assert "completed" in watch.stdout.readline()
    watch.send_signal(signal.SIGINT)
    watch.communicate(timeout=PATIENCE)
    assert watch.returncode == 130
