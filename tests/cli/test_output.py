"""Standard output carries data in the format asked for, and nothing that steers a terminal."""

import csv
import io
import json
import os
import pty
import re
import subprocess

import pytest

from program import PATIENCE, Program, small_config

# A terminal obeys ESC, the C1 character U+009B, BEL and carriage return.
HOSTILE = "evil\x1b[2J\x1b]0;title\x07\u009b31m\r\x7f"
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f\u0080-\u009f\udc80-\udcff]")


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """The program after a run whose labels are hostile."""
    folder = tmp_path_factory.mktemp("output") / "here"
    folder.mkdir()
    program = Program(folder)
    config = small_config(description=HOSTILE, paper=HOSTILE, task__label=HOSTILE, learning_rates=[0.01, 0.1],
                          optimisers=[{"name": "sgd", "label": HOSTILE}, {"name": "nero"}], protocol__repeat_seeds=[1, 2])
    program.first_run = program.run("run", program.write(config))
    assert program.first_run.returncode == 0, program.first_run.stderr
    return program


def compared(program, format_name):
    done = program.run("compare", "config.json", "--format", format_name)
    assert done.returncode == 0 and done.stderr == ""
    return done.stdout


def test_json_holds_the_summary(finished):
    summary = json.loads(compared(finished, "json"))
    assert summary["totals"]["completed"] == 8
    assert [cell["optimiser"] for cell in summary["cells"]] == [HOSTILE, "nero"]


def test_json_lines_hold_an_object_a_line(finished):
    lines = [json.loads(line) for line in compared(finished, "jsonl").splitlines()]
    assert len(lines) > 1 and all(isinstance(line, dict) for line in lines)


def test_csv_has_a_row_a_rate_and_as_many_fields_as_names(finished):
    names, *rows = csv.reader(io.StringIO(compared(finished, "csv"), newline=""))
    assert len(rows) == 2 * 2 + 2  # optimisers × rates, and the repeats of each
    assert all(len(row) == len(names) for row in rows)
    means = [float(row[names.index("mean")]) for row in rows]
    assert all(0 <= mean <= 1 for mean in means)


def test_markdown_is_a_table_of_equal_rows(finished):
    lines = [line for line in compared(finished, "md").splitlines() if line.startswith("|")]
    assert len(lines) == 2 + 6
    assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}) == 1


@pytest.mark.parametrize("arguments", [["compare", "config.json"], ["compare", "config.json", "--format", "md"],
                                       ["compare", "config.json", "--format", "csv"], ["status", "config.json"],
                                       ["plan", "config.json", "--set", "protocol.repeat_seeds=[3]"], ["run", "config.json"],
                                       ["run", "config.json", "--set", f"task.{HOSTILE}=1"], [HOSTILE], ["run", HOSTILE],
                                       ["run", "config.json", "--set", HOSTILE], ["run", "config.json", "--device", HOSTILE],
                                       ["plan", "config.json", "--set", f"optimisers.0.name={HOSTILE}"],
                                       ["status", "config.json", "--results", os.fsdecode(b"\x9b31m")]], ids=lambda value: value[0][:7])
def test_hostile_names_do_not_steer_the_terminal(finished, arguments):
    done = finished.run(*arguments)
    assert done.returncode in (0, 2) and done.stdout + done.stderr
    assert STEERING.findall(done.stdout + done.stderr) == []


def test_progress_into_a_pipe_is_a_plain_line_a_trial(finished):
    lines = finished.first_run.stderr.splitlines()
    assert len(lines) == 8 and all(re.match(r"\[\d/\d\] ", line) for line in lines)
    assert STEERING.findall(finished.first_run.stdout + finished.first_run.stderr) == []


def test_hostile_records_do_not_steer_the_terminal(finished):
    folder = finished.folder / "runs/small/records"
    (folder / "\x1b[2J.json").write_text("{\x1b[2J")
    done = finished.run("status", "config.json")
    (folder / "\x1b[2J.json").unlink()
    assert "warning: " in done.stderr and STEERING.findall(done.stderr) == []


def test_json_escapes_what_it_quotes(finished):
    for command in ("compare", "status", "plan"):
        stdout = finished.run(command, "config.json", "--format", "json").stdout
        assert re.findall("[\x00-\x08\x0b-\x1f]", stdout) == []


def run_on_a_terminal(program, environment, config=small_config(), status=0):
    """What a run writes to a terminal on its standard error."""
    master, slave = pty.openpty()
    done = subprocess.Popen([program.binary, "run", program.write(config)], cwd=program.folder, stderr=slave,
                            stdout=subprocess.DEVNULL, env={**program.environment, **environment})
    os.close(slave)
    written = b""
    while True:
        try:
            part = os.read(master, 4096)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        written += part
    os.close(master)
    assert done.wait(timeout=PATIENCE) == status
    return written.decode()


def test_progress_on_a_terminal_is_one_redrawn_line(program):
    written = run_on_a_terminal(program, {})
    assert "\r\x1b[K" in written and "\n" not in written and "1/1" in written


def test_progress_tells_epoch_loss_speed_and_what_is_left(program):
    written = run_on_a_terminal(program, {}, small_config(budget={"steps": 6000}))
    assert re.search(r"small 0/1, (…|\d+:\d\d) to go \| epoch \d+, loss [\d.e-]+, [\d.e+]+ steps/s \| image_cl", written)


def test_a_failure_is_told_on_a_terminal_when_it_happens(program):
    program.replace_trial_program("[ $seed = 0 ] && kill -SEGV $$; train")
    written = run_on_a_terminal(program, {}, small_config(protocol__search_seeds=[0, 1]), status=1)
    told = written.index("Segmentation fault")
    assert told < written.rindex("small 2/2")


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=lambda value: next(iter(value)))
def test_a_terminal_that_wants_no_escape_codes_gets_none(program, environment):
    written = run_on_a_terminal(program, environment)
    assert "\x1b" not in written and "[1/1]" in written
