"""What one trial does wrong is a record of that trial; its siblings go on, unless asked otherwise."""

import json
import os
import re
import resource
from pathlib import Path

import pytest

from program import schema_problems, small_config, trials_run, wait_until, training_processes

THREE_SEEDS = small_config(protocol__search_seeds=[0, 1, 2])


def run(program, *arguments, config=THREE_SEEDS):
    return program.run("run", program.write(config), *arguments)


def record_of_seed(program, seed):
    records = [json.loads(file.read_text()) for file in program.records().values()]
    return next(record for record in records if record["spec"]["seed"] == seed)


@pytest.mark.parametrize("script, status, reason", [
    ("kill -SEGV $$", "failed", "killed by signal 11 (Segmentation fault)"),
    ("kill -ABRT $$", "failed", "killed by signal 6 (Aborted)"),
    ("echo \"terminate called after throwing an instance of 'std::bad_alloc'\" >&2; kill -ABRT $$", "out_of_memory", "bad_alloc"),
    ("echo 'CUDA out of memory' >&2; exit 70", "out_of_memory", "CUDA out of memory"),
    ("kill -KILL $$", "failed", "killed by signal 9"),
    ("yes", "failed", "because of what it sent"),
    ("exit 0", "failed", "ended without a record"),
], ids=["crash", "abort", "bad_alloc", "cuda", "kill", "garbage", "silence"])
def test_a_trial_that_ends_badly_is_a_record_and_its_siblings_finish(program, script, status, reason):
    program.replace_trial_program(f"if [ $seed = 1 ]; then {script}; fi; train")
    done = run(program, "--jobs", 2)
    assert done.returncode == 1, done.stderr
    assert program.statuses() == {0: "completed", 1: status, 2: "completed"}
    record = record_of_seed(program, 1)
    assert reason in record["reason"] and schema_problems("record", record) == []
    assert sum(status in line and reason in line for line in done.stderr.splitlines()) == 1  # told when it happened


def test_a_trial_that_takes_too_long_keeps_its_curve(program):
    config = small_config(axes={"budget.epochs": [2, 10_000_000]})
    done = run(program, "--jobs", 2, "--trial-timeout", "3s", config=config)
    assert done.returncode == 1, done.stderr
    records = [json.loads(file.read_text()) for file in program.records().values()]
    assert sorted(record["status"] for record in records) == ["completed", "timed_out"]
    timed_out = next(record for record in records if record["status"] == "timed_out")
    assert "the time limit of 3 s (--trial-timeout)" in timed_out["reason"]
    assert timed_out["steps"] > 0 and timed_out["curve"] and timed_out["final_metrics"]
    assert schema_problems("record", timed_out) == []
    again = run(program, "--trial-timeout", "3s", config=config)
    assert again.returncode == 1 and trials_run(again) == []


def test_a_trial_that_wants_more_memory_than_its_limit_is_out_of_memory(program):
    config = small_config(axes={"task.model.width": [4, 30_000]}, task__model__depth=3)  # 3.6 GB a weight matrix
    done = run(program, "--jobs", 1, "--memory-limit", "2G", config=config)
    assert done.returncode == 1, done.stderr
    records = [json.loads(file.read_text()) for file in program.records().values()]
    assert {record["spec"]["task"]["model"]["width"]: record["status"] for record in records} == {4: "completed", 30_000: "out_of_memory"}


def test_a_limit_too_small_to_start_is_exit_code_2(program):
    done = run(program, "--jobs", 1, "--memory-limit", "1M")
    assert done.returncode == 2 and "--memory-limit: with 1048576 bytes nero-trial cannot even start" in done.stderr
    assert program.records() == {}


def run_with_open_files(program, soft, hard):
    config = small_config(protocol__search_seeds=list(range(8)))
    limit_open_files = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return program.run("run", program.write(config), "--jobs", 8, preexec_fn=limit_open_files)


def test_the_soft_limit_on_open_files_is_none(program):
    done = run_with_open_files(program, 24, 4096)
    assert done.returncode == 0 and len(program.records()) == 8, done.stderr


def test_more_trials_side_by_side_than_open_files_allow_is_exit_code_2_that_names_the_limit(program):
    done = run_with_open_files(program, 24, 24)
    assert done.returncode == 2 and "--jobs 8: " in done.stderr and "ulimit -n" in done.stderr


def test_fail_fast_stops_the_siblings_and_the_same_command_continues(program):
    program.replace_trial_program("""case $seed in
0) touch started; while [ ! -e crashed ]; do sleep 0.02; done; trap 'exit 143' TERM; while :; do sleep 0.02; done ;;
1) while [ ! -e started ]; do sleep 0.02; done; touch crashed; kill -SEGV $$ ;;
esac; train""")
    done = run(program, "--jobs", 2, "--fail-fast")
    assert done.returncode == 1, done.stderr
    assert program.statuses() == {1: "failed"}
    assert "stopped because trials failed, with 2 to go; the same command continues" in done.stderr
    mended = program.folder / "bin/nero-trial"
    mended.write_text(mended.read_text().replace("case $seed", "case none"))
    assert run(program, "--fail-fast").returncode == 1  # the failure of before is still one
    assert program.statuses() == {0: "completed", 1: "failed", 2: "completed"}


def test_a_record_that_cannot_be_stored_leaves_the_siblings_the_time_to_save(program):
    program.replace_trial_program("""case $seed in
0) until [ -e ready ]; do sleep 0.02; done; mkdir -p runs/small; touch runs/small/records; train ;;
1) trap 'asked=yes' TERM; touch ready; until [ "$asked" ]; do sleep 0.02; done; sleep 0.5; touch saved; exit 143 ;;
esac""")
    done = run(program, "--jobs", 2)
    assert done.returncode == 5 and "runs/small/records" in done.stderr
    assert (program.folder / "saved").exists()


def test_max_failures_stops_at_that_number(program):
    program.replace_trial_program("kill -SEGV $$")
    config = small_config(protocol__search_seeds=[0, 1, 2, 3])
    assert run(program, "--jobs", 1, "--max-failures", 2, config=config).returncode == 1
    assert list(program.statuses().values()) == ["failed", "failed"]
    assert run(program, "--jobs", 1, "--keep-going", config=config).returncode == 1
    assert len(program.statuses()) == 4


@pytest.mark.parametrize("arguments, said", [
    (["--fail-fast", "--max-failures", "2"], "excludes"), (["--keep-going", "--fail-fast"], "excludes"),
    (["--trial-timeout", "soon"], "'soon' is no duration"), (["--trial-timeout", "0"], "no duration"),
    (["--memory-limit", "much"], "--memory-limit"), (["--memory-limit", "0"], "--memory-limit"),
    (["--trial-timeout", "3000000h"], "at most 10000 days"), (["--lease-timeout", "soon"], "'soon' is no duration"),
    (["--memory-limit", "99999999999999999999"], "--memory-limit"), (["--memory-limit", "9999999E"], "--memory-limit"),
    (["--partition", "gpu"], "--partition: only --executor slurm"), (["--no-requeue"], "--no-requeue: only --executor slurm"),
    (["--sbatch=--account=a"], "--sbatch: only --executor slurm"), (["--max-failures", "0"], "--max-failures"), (["--device", "cpu,"], "a name is missing"),
], ids=" ".join)
def test_options_that_mean_nothing_are_exit_code_2(program, arguments, said):
    done = run(program, *arguments)
    assert done.returncode == 2 and said in done.stderr
    assert not (program.folder / "runs").exists()


def allowed(pid):
    return re.search(r"^Cpus_allowed_list:\s*(\S+)", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE).group(1)


def cores_of_two_trials(program, *arguments):
    """The cores on which two trials side by side may run."""
    endless = small_config(budget={"steps": 1_000_000_000}, protocol__search_seeds=[0, 1])
    started = program.start("run", program.write(endless), "--jobs", 2, *arguments)
    try:
        trials = wait_until(lambda: (found := training_processes(started.pid)) and len(found) == 2 and found, "two trials")
        return [allowed(pid) for pid in trials]
    finally:
        started.kill()
        started.communicate()


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="one core only")
def test_trials_side_by_side_have_cores_of_their_own_unless_told_not_to(program):
    first, second = cores_of_two_trials(program)
    assert first != second and first.isdigit() and second.isdigit()
    assert set(cores_of_two_trials(program, "--no-pin")) == {allowed("self")}


def test_trials_take_turns_with_several_devices(program):
    program.replace_trial_program('echo "$2" >> devices; train')
    assert run(program, "--device", "cpu,cpu").returncode == 0
    assert (program.folder / "devices").read_text() == "cpu\n" * 3


def memory_group():
    """A control group of ours with little memory, or none where we may not make one."""
    version_1 = Path("/sys/fs/cgroup/memory")
    group = (version_1 if version_1.exists() else Path("/sys/fs/cgroup")) / f"nero-bench-test-{os.getpid()}"
    try:
        group.mkdir()
        limit = group / ("memory.limit_in_bytes" if version_1.exists() else "memory.max")
        limit.write_text(str(256 << 20))
        return group
    except OSError:
        if group.exists():
            group.rmdir()
        return None


def test_a_trial_killed_for_memory_by_the_kernel_is_out_of_memory(program):
    group = memory_group()
    if group is None:
        pytest.skip("control groups cannot be made here")
    program.replace_trial_program("""if [ $seed = 1 ]; then exec python3 -c 'data = b"x" * (1 << 30)'; fi; train""")
    try:
        join = lambda: (group / "cgroup.procs").write_text(str(os.getpid()))
        done = program.run("run", program.write(THREE_SEEDS), "--jobs", 1, preexec_fn=join)
        assert done.returncode == 1, done.stderr
        assert program.statuses() == {0: "completed", 1: "out_of_memory", 2: "completed"}
        assert "by the kernel's out-of-memory killer" in record_of_seed(program, 1)["reason"]
    finally:
        wait_until(lambda: not (group / "cgroup.procs").read_text(), "the group to be empty")
        group.rmdir()
