"""The precision of a task: labelled, refused beside another one, and where the device lacks it."""

import pytest

from committed import check
from program import HAS_NVIDIA_DRIVER, small_config


def test_another_precision_is_refused_or_marked(program):
    changes = {"budget": {"epochs": 1}, "protocol__search_seeds": [0, 1]}
    for name, precision in [("exact", {}), ("rounded", {"precision": "bfloat16"})]:
        config = small_config(name=name, **changes)
        config["task"].update(precision)
        done = program.run("run", program.write(config, f"{name}.json"))
        assert done.returncode == 0, done.stderr
        assert ("image_classification, bfloat16" in done.stdout) == bool(precision)
    done = program.run("compare", "runs/exact", "runs/rounded")
    assert done.returncode == 2 and done.stdout == "" and 'precision: task.precision is "float32" for runs/exact, "bfloat16" for runs/rounded' in done.stderr
    done = program.run("compare", "runs/exact", "runs/rounded", "--across", "precision")
    assert done.returncode == 0 and 'note: precision: task.precision is "float32" for runs/exact' in done.stdout

    reference = {"name": "of float32", "provenance": {"source": "a test"},
                 "claims": [{"name": "learns", "quantity": {"of": "test.accuracy"}, "at_least": 0}]}
    program.write(reference, "reference.json")
    assert check(program, "runs/exact", against="reference.json").returncode == 0
    done = check(program, "runs/rounded", against="reference.json")
    assert done.returncode == 2 and done.stdout == "" and 'task.precision is "bfloat16", not "float32"' in done.stderr
    done = check(program, "runs/rounded", "--across-protocols", against="reference.json")
    assert done.returncode == 0 and 'note: another protocol: task.precision is "bfloat16"' in done.stdout


def test_reports_of_an_axis_of_precisions_say_how_to_compare_them(program):
    config = program.write(small_config(axes={"task.precision": ["float32", "bfloat16"]}))
    assert program.run("run", config).returncode == 0
    for arguments in (["report", config], ["report", config, "--format", "md"], ["analyse", config]):
        said = " ".join(program.run(*arguments).stdout.replace("\\", "").split())
        assert "Tasks at float32 and bfloat16 are neither set against each other nor pooled" in said
        assert "nero-bench compare A B --across precision" in said
        assert "Tasks at" not in program.run(*arguments, "--set", 'axes={"task.precision":["float32"]}').stdout
    for results, precision in (("a", "float32"), ("b", "bfloat16")):  # as it says
        alone = program.write(small_config(task__precision=precision), f"{precision}.json")
        done = program.run("run", alone, "--results", results)
        assert done.returncode == 0, done.stderr
    done = program.run("compare", "a/small", "b/small", "--across", "precision")
    assert done.returncode == 0 and "A = b/small (1e-1) against B = a/small (1e-1)" in done.stdout


def test_a_precision_that_the_device_lacks_is_refused_before_anything_runs(program):
    config = program.write(small_config(task__precision="tf32"))
    done = program.run("run", config, "--device", "cpu")
    assert done.returncode == 2 and not (program.folder / "runs").exists()
    assert 'config.json: at task.precision: expected "float32" or "bfloat16" on the CPU, found "tf32"' in done.stderr
    done = program.run("plan", config, "--device", "cpu")
    assert done.returncode == 2 and done.stdout == "" and 'at task.precision: expected "float32" or "bfloat16" on the CPU' in done.stderr


@pytest.mark.skipif(HAS_NVIDIA_DRIVER, reason="there is an NVIDIA GPU")
def test_plan_warns_of_a_precision_that_this_machine_lacks(program):
    config = program.write(small_config(task__precision="tf32"))
    done = program.run("plan", config)  # the trials may be for another machine
    assert done.returncode == 0 and "seed 0" in done.stdout
    assert 'warning: ' in done.stderr and 'found "tf32"' in done.stderr and "'run' would refuse it on this machine" in done.stderr
    done = program.run("plan", config, "--device", "cuda:0,cuda:1")
    assert done.returncode == 0 and 'found "tf32"' not in done.stderr and "--device cuda:1: no NVIDIA driver" in done.stderr
    assert "warning" not in program.run("plan", program.write(small_config())).stderr
    wrong = program.run("plan", program.write(small_config(task__precision="tf33")))
    assert wrong.returncode == 2 and '"tf33"' in wrong.stderr
