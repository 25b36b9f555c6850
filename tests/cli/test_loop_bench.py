"""loop_bench: it times every side of every round, and refuses what it cannot take apart."""

import json
import subprocess

from program import BINARIES, PATIENCE, small_config

TASK = small_config()["task"]


def run(task, *arguments):
    spec = {"task": task, "optimiser": {"name": "sgd"}, "schedule": {"name": "constant"}, "budget": {"steps": 1},
            "learning_rate": 0.1, "seed": 0, "labels": {"experiment": "", "task": "", "optimiser": ""}}
    return subprocess.run([BINARIES / "loop_bench", *map(str, arguments)], input=json.dumps(spec), capture_output=True,
                          encoding="utf-8", timeout=PATIENCE, check=False)


def test_times_the_loop_the_bare_step_and_the_batch_of_every_round():
    done = run(TASK, "--rounds", 3, "--block", 4)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    for side in ("loop_step_seconds", "bare_step_seconds", "batch_seconds"):
        assert len(report[side]) == 3 and min(report[side]) > 0
    assert report["steps_a_block"] == 4 and report["environment"]["threads"] == "1"


def test_an_unknown_task_is_exit_code_2():
    done = run({**TASK, "name": "chess"})
    assert done.returncode == 2 and done.stdout == "" and "task.name" in done.stderr
