"""Running again trains only what has no valid record: nothing, a deleted trial, a damaged one."""

import json
import shutil

import pytest

from program import Program, small_config, trials_run

FOUR_TRIALS = small_config(learning_rates=[0.01, 0.1], optimisers=[{"name": "sgd"}, {"name": "nero"}])


@pytest.fixture(scope="module")
def four_trials(tmp_path_factory):
    """A folder with a config and the results of its four trials."""
    folder = tmp_path_factory.mktemp("four_trials") / "here"
    folder.mkdir()
    program = Program(folder)
    done = program.run("run", program.write(FOUR_TRIALS))
    assert done.returncode == 0, done.stderr
    assert len(trials_run(done)) == 4
    return folder


@pytest.fixture
def finished(program, four_trials):
    """The program after a run of four trials, and their record files by id."""
    shutil.copytree(four_trials, program.folder, dirs_exist_ok=True)
    return program, program.records()


def state_of(records):
    return {name: (file.stat().st_ino, file.stat().st_mtime_ns) for name, file in records.items()}


def run_again(program, *arguments):
    done = program.run("run", "config.json", *arguments)
    assert done.returncode == 0, done.stderr
    return done


def damage_first_record(finished, damaged_text):
    """Writes damaged_text(text) over a record and runs again; returns what the run said, the file and the new text."""
    program, records = finished
    name, file = next(iter(records.items()))
    text = file.read_text()
    file.write_text(damaged_text(text))
    others = state_of({other: records[other] for other in records if other != name})
    status = program.answer("status", "config.json")
    assert status["completed"] == 3 and status["to_run"] == 1
    assert len(status["problems"]) == 1 and str(file.name) in status["problems"][0]
    done = run_again(program)
    assert len(trials_run(done)) == 1
    assert state_of({other: program.records()[other] for other in others}) == others
    assert json.loads(file.read_text())["id"] == name
    return done, file, text


def test_a_second_run_starts_no_trial_and_shows_the_same_table(finished):
    program, records = finished
    before = state_of(records)
    first, second = run_again(program), run_again(program)
    assert trials_run(first) == [] and first.stderr == ""
    assert state_of(program.records()) == before
    assert first.stdout == second.stdout and "4 trials: 4 completed" in first.stdout
    assert program.answer("plan", "config.json") == []


def test_a_deleted_record_makes_exactly_its_trial_run(finished):
    program, records = finished
    name, file = sorted(records.items())[1]
    before = state_of(records)
    rate = json.loads(file.read_text())["spec"]["learning_rate"]
    file.unlink()
    assert [trial["id"] for trial in program.answer("plan", "config.json")] == [name]
    ran = trials_run(run_again(program))
    assert len(ran) == 1 and f"rate {rate}" in ran[0]
    after = state_of(program.records())
    assert {other for other in before if before[other] != after[other]} == {name}


@pytest.mark.parametrize("damaged_text, why", [
    pytest.param(lambda text: text[:-200], "expected JSON", id="truncated"),
    pytest.param(lambda text: "", "expected JSON", id="empty"),
    pytest.param(lambda text: '{"made by": "something else"}', "not a trial record", id="foreign"),
    pytest.param(lambda text: text.replace('"steps": 8', '"steps": 9', 1), "checksum does not match", id="one_digit_flipped"),
])
def test_a_damaged_record_is_named_not_counted_kept_aside_and_its_trial_run_again(finished, damaged_text, why):
    done, file, text = damage_first_record(finished, damaged_text)
    warning = done.stderr.splitlines()[0]
    assert warning.startswith("warning: ") and str(file.name) in warning and why in warning
    aside = file.with_name(file.name + ".damaged-1")
    assert aside.read_text() == damaged_text(text) != text
    assert run_again(finished[0]).stderr == ""


def test_foreign_files_among_the_records_are_named_and_left_alone(finished):
    program, records = finished
    folder = next(iter(records.values())).parent
    foreign = folder / "notes.json"
    foreign.write_text('{"remember": "milk"}')
    (folder / "folder.json").mkdir()
    done = run_again(program)
    assert trials_run(done) == []
    assert len(done.stderr.splitlines()) == 2 and "notes.json" in done.stderr and "folder.json" in done.stderr
    assert foreign.read_text() == '{"remember": "milk"}'


def test_a_record_under_another_trials_name_is_not_counted(finished):
    program, records = finished
    (_, one), (_, other) = list(records.items())[:2]
    one.write_text(other.read_text())
    done = run_again(program)
    assert len(trials_run(done)) == 1 and "holds the record" in done.stderr


def test_a_wider_grid_runs_only_the_new_rate(finished):
    program, records = finished
    before = state_of(records)
    done = run_again(program, "--set", "learning_rates=[0.01,0.1,1]")
    assert len(trials_run(done)) == 2
    assert before.items() <= state_of(program.records()).items()
