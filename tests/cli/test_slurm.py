"""Sweeps on a Slurm of three nodes, which this test starts and stops on this machine (tests/slurm/three_nodes.sh)."""

import collections
import json
import os
import re
import shutil
import signal
import subprocess

import pytest

from program import PATIENCE, SOURCES, changed, small_config, wait_until

CLUSTER = SOURCES / "tests/slurm/three_nodes.sh"
MISSING = [name for name in ("munged", "slurmctld", "slurmd", "sbatch") if shutil.which(name) is None]

pytestmark = [
    pytest.mark.skipif(bool(MISSING), reason=f"no Slurm here (packages slurm-wlm and munge): {', '.join(MISSING)}"),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can start a Slurm"),
]

# Steps of about 0.2 ms: a second a trial, or ten.
SECOND_LONG = {"task.data.train_samples": 4000, "budget": {"steps": 4000}}
SWEEP = changed(small_config(), {
    **SECOND_LONG, "learning_rates": [0.01, 0.1], "optimisers": [{"name": "sgd"}, {"name": "adam"}],
    "protocol": {"search_seeds": list(range(6)), "repeat_seeds": [6],
                 "select": {"metric": "accuracy", "split": "test", "rule": "final"}}})
TRIALS = 2 * 2 * 6 + 2
LONG = changed(small_config(), {**SECOND_LONG, "name": "long", "budget": {"steps": 40000}})


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    folder = tmp_path_factory.mktemp("slurm")
    with (folder / "start.log").open("w") as log:  # no pipe: the daemons would hold it open
        started = subprocess.run([CLUSTER, "start", folder], timeout=PATIENCE, check=False, stdin=subprocess.DEVNULL,
                                 stdout=log, stderr=log)
    try:
        assert started.returncode == 0, (folder / "start.log").read_text()
        yield folder
        subprocess.run(["scancel", "--user=root"], env=environment_of(folder), check=False)
    finally:
        subprocess.run([CLUSTER, "stop", folder], check=True)


def environment_of(cluster):
    return {**os.environ, "SLURM_CONF": str(cluster / "slurm.conf")}


@pytest.fixture
def on_cluster(program, cluster):
    program.environment["SLURM_CONF"] = str(cluster / "slurm.conf")
    return program


def slurm(program, *command):
    return subprocess.run(command, env=program.environment, check=True, encoding="utf-8", stdout=subprocess.PIPE).stdout


def jobs_of(program, name, results="runs"):
    return [file.stem for file in (program.folder / results / name / "slurm").glob("*.json")]


def running_tasks(program, job):
    """Index → node."""
    rows = slurm(program, "squeue", "--noheader", "--array", f"--jobs={job}", "--states=RUNNING", "--format=%K %N")
    return dict(row.split() for row in rows.splitlines())


def job_of(program, name):
    return wait_until(lambda: jobs_of(program, name), "a job")[0]


def trials_that_tasks_finished(program, name):
    """How often the logs of the tasks say so, by trial."""
    logs = (program.folder / "runs" / name / "slurm").glob("*.log")
    ended = (line for log in logs for line in re.findall(r"^\[\d+/\d+\] (.*): completed", log.read_text(), re.MULTILINE))
    return collections.Counter(ended)


def assert_equal_to_a_local_run(program, config, name):
    alone = program.run("run", config, "--results", "alone")
    assert alone.returncode == 0, alone.stderr
    compared = program.run("compare", "--exact", f"runs/{name}", f"alone/{name}")
    assert compared.returncode == 0, compared.stdout


def start_and_requeue_a_long_trial(program, config):
    """Has the task of a sweep of one trial put back into the queue after the first checkpoint."""
    run = program.start("run", config, "--executor", "slurm", "--requeue", "--checkpoint-every", 500)
    job = job_of(program, "long")
    wait_until(lambda: [file for file in program.folder.glob("runs/long/checkpoints/*/*") if not file.name.startswith(".")],
               "a checkpoint")
    slurm(program, "scontrol", "requeue", f"{job}_0")
    return run, job


def disturb(program, cluster, job):
    """Kills the slurmd of one task, requeues the second and kills the third."""
    nodes = wait_until(lambda: len(tasks := running_tasks(program, job)) == 3 and tasks, "three running tasks")
    wait_until(lambda: len(program.records()) >= 3, "records")
    os.kill(int((cluster / f"slurmd.{nodes['0']}.pid").read_text()), signal.SIGKILL)
    slurm(program, "scontrol", "requeue", f"{job}_1")
    slurm(program, "scancel", "--signal=KILL", f"{job}_2")


def test_folders_with_odd_names_reach_the_tasks_and_status_tells_of_them(on_cluster):
    results = "it's a \"folder\" $HOME %A \\n `id`\nand a second line"
    config = on_cluster.write(small_config(slurm={"partition": "debug", "time": "1", "signal": "USR1@10"}))
    left = on_cluster.run("run", config, "--results", results, "--executor", "slurm", "--no-wait")
    assert left.returncode == 0, left.stderr
    [task] = on_cluster.answer("status", config, "--results", results)["slurm"]
    assert [task["job"]] == jobs_of(on_cluster, "small", results)
    assert task["state"] in ("PENDING", "RUNNING", "COMPLETING", "COMPLETED")
    wait_until(lambda: on_cluster.records(results), "the record")
    again = on_cluster.run("run", config, "--results", results, "--executor", "slurm")
    assert again.returncode == 0 and len(jobs_of(on_cluster, "small", results)) == 1


def test_the_plain_script_runs_a_sweep(on_cluster):
    config = on_cluster.write(small_config(protocol={"search_seeds": [0, 1, 2]}))
    on_cluster.environment["NERO_BENCH"] = str(on_cluster.binary)
    subprocess.run(["sbatch", "--array=0-1", "--wait", SOURCES / "scripts/sweep_slurm.sh", config], cwd=on_cluster.folder,
                   env=on_cluster.environment, check=True, timeout=PATIENCE)
    assert len(on_cluster.records()) == 3


def test_a_partition_that_does_not_exist_is_named(on_cluster):
    refused = on_cluster.run("run", on_cluster.write(small_config()), "--executor", "slurm", "--partition", "moon")
    assert refused.returncode == 2
    assert "invalid partition specified: moon" in refused.stderr


def test_a_second_run_completes_what_a_dead_slurmd_a_requeued_and_a_cancelled_task_left(on_cluster, cluster):
    program = on_cluster
    long = program.write(LONG, "long.json")
    requeued, requeued_job = start_and_requeue_a_long_trial(program, long)  # it comes back after two minutes

    sweep = program.write(SWEEP)
    first = program.start("run", sweep, "--executor", "slurm", "--requeue", "--tasks", 3)
    disturb(program, cluster, job_of(program, "small"))
    first.send_signal(signal.SIGINT)
    _, said = first.communicate(timeout=PATIENCE)
    assert first.returncode == 130
    assert "was cancelled" in said and "the same command continues" in said
    before = {trial: file.read_bytes() for trial, file in program.records().items()}
    assert 3 <= len(before) < TRIALS

    second = program.run("run", sweep, "--executor", "slurm", "--tasks", 3)
    assert second.returncode == 0, second.stderr
    records = program.records()
    assert len(records) == TRIALS
    assert {trial: records[trial].read_bytes() for trial in before} == before
    assert not (program.folder / "runs/small/superseded").exists()
    assert set(trials_that_tasks_finished(program, "small").values()) == {1}
    assert_equal_to_a_local_run(program, sweep, "small")

    _, said = requeued.communicate(timeout=PATIENCE)
    assert requeued.returncode == 0, said
    assert "Restarts=1" in slurm(program, "scontrol", "show", "job", requeued_job)
    assert len(jobs_of(program, "long")) == 1
    assert_equal_to_a_local_run(program, long, "long")
