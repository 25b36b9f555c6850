"""A results folder belongs to one config: more of the same goes into it, another task does not."""

import json
import signal

import pytest

from program import PATIENCE, contents, is_alive, leases_in, small_config, trials_run, wait_until

FOUR_TRIALS = small_config(learning_rates=[0.01, 0.1], optimisers=[{"name": "sgd"}, {"name": "nero"}])

CHANGED_TASK = ("run", "config.json", "--set", "task.model.width=5")


def test_another_task_in_the_same_folder_is_refused_and_the_place_named(program):
    assert program.run("run", program.write(FOUR_TRIALS)).returncode == 0
    before = contents(program.folder / "runs")
    done = program.run(*CHANGED_TASK)
    assert done.returncode == 2 and done.stdout == ""
    for part in ("runs/small/config.json", "task.model.width", "4, now 5", "4 trials", "would not be used", "--set name="):
        assert part in done.stderr
    assert contents(program.folder / "runs") == before
    planned = program.run("plan", *CHANGED_TASK[1:])
    assert planned.returncode == 0 and "task.model.width: 4, now 5" in planned.stderr and "'run' would refuse it" in planned.stderr
    assert "refuse" not in program.run("plan", "config.json").stderr


def test_another_task_goes_on_where_that_is_asked_for(program):
    assert program.run("run", program.write(FOUR_TRIALS)).returncode == 0
    done = program.run(*CHANGED_TASK, "--replace-config")
    assert done.returncode == 0 and len(trials_run(done)) == 4, done.stderr
    assert len(program.records()) == 8
    assert json.loads((program.folder / "runs/small/config.json").read_text())["task"]["model"]["width"] == 5


@pytest.mark.parametrize("more, trials", [
    ("protocol.search_seeds=[0,1]", 4), ("learning_rates=[0.01,0.1,1]", 2), ('optimisers=[{"name":"sgd"},{"name":"nero"},{"name":"adam"}]', 2),
    ("description=other words", 0)], ids=["a_seed", "a_rate", "an_optimiser", "words"])
def test_more_of_the_same_experiment_goes_into_the_same_folder(program, more, trials):
    assert program.run("run", program.write(FOUR_TRIALS)).returncode == 0
    done = program.run("run", "config.json", "--set", more)
    assert done.returncode == 0 and len(trials_run(done)) == trials, done.stderr


def test_another_task_is_refused_while_a_run_is_at_work(program):
    config = program.write(small_config(budget={"steps": 10_000_000}))
    run = program.start("run", config)
    wait_until(lambda: leases_in(program.folder / "runs/small"), "a lease")
    done = program.run(*CHANGED_TASK)
    assert done.returncode == 2 and "1 trials" in done.stderr
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=PATIENCE)
    assert not is_alive(run.pid)
