"""The same config gives the same records, to the last bit but for timings, dates and process memory."""

import json
import re
import shutil

import pytest

from program import Program, signed, small_config

CONFIG = small_config(optimisers=[{"name": name} for name in ("nero", "lamb", "madam", "sgd", "adam", "adamw")],
                      record_steps=True)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The program after runs of the same config: one trial at a time into `one`, two side by side into `two`, four into `four`."""
    folder = tmp_path_factory.mktemp("runs") / "here"
    folder.mkdir()
    program = Program(folder)
    config = program.write(CONFIG)
    for results, jobs in (("one", 1), ("two", 2), ("four", 4)):
        done = program.run("run", config, "--results", results, "--jobs", jobs)
        assert done.returncode == 0, done.stderr
    return program


def copied(program, results):
    """A copy of the folder `one/small`: the id, the text and the file of one of its records."""
    shutil.copytree(program.folder / "one/small", program.folder / results)
    copy = sorted((program.folder / results / "records").iterdir())[0]
    return copy.stem, copy.read_text(), copy


def test_two_runs_are_equal_however_many_trials_run_side_by_side(runs):
    for more in ("two/small", "four/small"):
        done = runs.run("compare", "--exact", "one/small", more)
        assert done.returncode == 0, done.stdout
    texts = [[file.read_text() for _, file in sorted(runs.records(results).items())] for results in ("one", "two")]
    assert len(texts[0]) == len(texts[1]) == 6 and texts[0] != texts[1]  # timings and dates do differ


def test_a_changed_metric_is_named_with_id_and_path(runs):
    name, text, copy = copied(runs, "metric")
    copy.write_text(signed(re.sub(r'("test\.loss": )[^{,\s]+', r"\g<1>0.5", text, count=1)))
    done = runs.run("compare", "--exact", "one/small", "metric")
    assert done.returncode == 3, done.stderr
    assert name in done.stdout and "curve[0].metrics.test.loss" in done.stdout
    assert done.stderr == ""  # the checksum is right, so that only the comparison could find it


def test_differences_are_data_in_every_format(runs):
    name, text, copy = copied(runs, "formats")
    copy.write_text(signed(re.sub(r'("test\.loss": )[^{,\s]+', r"\g<1>0.5", text, count=1)))
    done = runs.run("compare", "--exact", "one/small", "formats", "--format", "json")
    assert done.returncode == 3, done.stderr
    answer = json.loads(done.stdout)
    assert answer["equal"] is False and answer["left_records"] == answer["right_records"] == 6
    assert [(found["trial"], found["path"], found["right"]) for found in answer["differences"]] == [(name, "curve[0].metrics.test.loss", "0.5")]
    lines = runs.run("compare", "--exact", "one/small", "formats", "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line) for line in lines] == answer["differences"]
    assert runs.answer("compare", "--exact", "one/small", "two/small")["equal"] is True


def test_a_changed_timing_does_not_matter(runs):
    _, text, copy = copied(runs, "timing")
    copy.write_text(signed(re.sub(r'("train_seconds": )[^,\s]+', r"\g<1>5.0", text)))
    assert json.loads(copy.read_text())["timings"]["train_seconds"] == 5
    assert runs.run("compare", "--exact", "one/small", "timing").returncode == 0


def test_a_missing_record_is_a_difference(runs):
    name, _, copy = copied(runs, "missing")
    copy.unlink()
    done = runs.run("compare", "--exact", "one/small", "missing")
    assert done.returncode == 3 and name in done.stdout and "only in one/small" in done.stdout


@pytest.mark.parametrize("arguments", [["--exact", "one/small"], ["--exact", "one/small", "nowhere"],
                                       ["--exact", "nowhere", "nowhere"], ["--exact", "one/small", "config.json"]],
                         ids=["one_folder", "no_such_folder", "neither_there", "a_file"])
def test_what_cannot_be_compared_is_refused(runs, arguments):
    done = runs.run("compare", *arguments)
    assert done.returncode == 2 and done.stdout == "" and done.stderr.startswith("error: ")


def test_folders_without_records_are_not_equal_but_refused(runs):
    empty = runs.folder / "empty"
    (empty / "records").mkdir(parents=True)
    shutil.copy(runs.folder / "one/small/config.json", empty)
    done = runs.run("compare", "--exact", "empty", "empty")
    assert done.returncode == 2 and done.stdout == "" and "empty" in done.stderr


def test_a_damaged_record_cannot_be_compared(runs):
    name, text, copy = copied(runs, "damaged")
    copy.write_text(text[:-20])
    done = runs.run("compare", "--exact", "damaged", "damaged")
    assert done.returncode == 5 and done.stdout == "" and name in done.stderr
