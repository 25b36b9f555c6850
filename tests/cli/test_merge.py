"""Several runs of one experiment in folders of their own run shards of it, which merge joins."""

import re
import shutil

import pytest

from program import Program, contents, signed, small_config

# Five cells of different size, with repeats.
SHARDED = small_config(
    learning_rates=[0.01, 0.1],
    optimisers=[{"name": "sgd"}, {"name": "nero"}, {"name": "adam", "learning_rates": [0.1]}, {"name": "lamb"},
                {"name": "madam", "learning_rates": [0.1]}],
    protocol={"search_seeds": [0], "repeat_seeds": [1], "select": {"metric": "accuracy", "split": "test", "rule": "final"}})


@pytest.fixture(scope="module")
def sharded(tmp_path_factory):
    """The program after a plain run into `runs`, and its three shards into 1, 2 and 3."""
    folder = tmp_path_factory.mktemp("sharded") / "here"
    folder.mkdir()
    program = Program(folder)
    config = program.write(SHARDED)
    assert program.run("run", config).returncode == 0
    for i in (1, 2, 3):
        done = program.run("run", config, "--shard", f"{i}/3", "--results", i)
        assert done.returncode == 0, done.stderr
    return program


def copied(sharded, tmp_path):
    """What `sharded` gives in a folder of this test's own: whoever merges changes it."""
    shutil.copytree(sharded.folder, tmp_path / "here")
    return Program(tmp_path / "here")


def test_shards_share_no_trial_and_merge_into_what_one_run_gives(sharded, tmp_path):
    program = copied(sharded, tmp_path)
    parts = [set(program.records(str(i))) for i in (1, 2, 3)]
    assert all(parts) and sum(map(len, parts)) == len(set().union(*parts)) == len(program.records())
    done = program.run("merge", "1/small", "2/small", "3/small", "--into", "all/small")
    assert done.returncode == 0 and done.stdout == "", done.stderr
    assert program.run("compare", "--exact", "all/small", "runs/small").returncode == 0
    assert program.answer("plan", "all/small") == []

    again = program.run("merge", "1/small", "all/small", "--into", "all/small")
    assert again.returncode == 0 and "0 records came" in again.stderr


def test_a_shard_lists_its_part_only(sharded):
    config = sharded.folder / "config.json"
    whole = sharded.answer("plan", config, "--results", "new")
    parts = [sharded.answer("plan", config, "--results", "new", "--shard", f"{i}/3") for i in (1, 2, 3)]
    assert sorted(trial["id"] for trial in sum(parts, [])) == sorted(trial["id"] for trial in whole)


@pytest.mark.parametrize("shard", ["0/3", "4/3", "1", "x/y"])
def test_a_shard_that_is_none_is_refused(program, shard):
    done = program.run("run", program.write(small_config()), "--shard", shard)
    assert done.returncode == 2 and "--shard" in done.stderr and not (program.folder / "runs").exists()


def test_conflicting_records_are_refused_and_nothing_is_changed(sharded, tmp_path):
    program = copied(sharded, tmp_path)
    other = sorted(program.records("1").values())[0]
    copy = program.folder / "runs/small/records" / other.name
    copy.write_text(signed(re.sub(r'("test\.loss": )[^{,\s]+', r"\g<1>0.5", copy.read_text())))
    before = contents(program.folder / "2/small")
    done = program.run("merge", "1/small", "runs/small", "--into", "2/small")
    assert done.returncode == 5 and done.stdout == ""
    assert f"1/small/records/{other.name}" in done.stderr and f"runs/small/records/{other.name}" in done.stderr
    assert contents(program.folder / "2/small") == before


def test_a_torn_record_is_named_and_skipped(sharded, tmp_path):
    program = copied(sharded, tmp_path)
    torn = sorted(program.records("1").values())[0]
    torn.write_text(torn.read_text()[:-200])
    done = program.run("merge", "1/small", "2/small", "3/small", "--into", "all/small")
    assert done.returncode == 0 and torn.name in done.stderr
    assert torn.stem not in program.records("all")
    assert [trial["id"] for trial in program.answer("plan", "all/small")] == [torn.stem]


@pytest.mark.parametrize("changes", ["name=other", "budget.epochs=1"])
def test_folders_of_different_experiments_are_not_merged(sharded, tmp_path, changes):
    program = copied(sharded, tmp_path)
    assert program.run("run", "config.json", "--results", "other", "--set", changes).returncode == 0
    (folder,) = (program.folder / "other").iterdir()
    done = program.run("merge", "1/small", folder, "--into", "all/small")
    assert done.returncode == 2 and changes.split("=")[0] in done.stderr
    assert not (program.folder / "all").exists()


def test_what_is_no_results_folder_is_not_merged(sharded, tmp_path):
    program = copied(sharded, tmp_path)
    done = program.run("merge", "1", "--into", "all/small")
    assert done.returncode == 2 and "not a results folder" in done.stderr
    assert not (program.folder / "all").exists()


def test_a_torn_record_of_the_target_makes_room_and_that_is_told(sharded, tmp_path):
    program = copied(sharded, tmp_path)
    torn = sorted(program.records().values())[0]
    torn.write_text(torn.read_text()[:-200])
    done = program.run("merge", "1/small", "2/small", "3/small", "--into", "runs/small")
    assert done.returncode == 0 and f"{torn.name}: " in done.stderr and "moved aside" in done.stderr
    assert "1 records came" in done.stderr and program.answer("plan", "runs/small") == []
