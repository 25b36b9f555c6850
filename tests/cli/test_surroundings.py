"""Standard input, overrides, folders, data sets and devices: what is there is used, what is not is named."""

import json
import os
import resource
import shutil
import subprocess

import pytest

from program import HAS_NVIDIA_DRIVER, NERO_BENCH, PATIENCE, small_config, trials_run


def test_reads_the_config_from_standard_input(program):
    done = program.run("run", "-", input=json.dumps(small_config()))
    assert done.returncode == 0, done.stderr
    assert len(program.records()) == 1


def test_names_standard_input_where_the_config_came_from_there(program):
    done = program.run("plan", "-", input='{"name": 1}')
    assert done.returncode == 2 and "standard input: at name" in done.stderr


def test_overrides_replace_values_and_are_kept_with_the_results(program):
    done = program.run("run", program.write(small_config()), "--set", "budget.epochs=1", "--set", "optimisers.0.momentum=0.5",
                       "--set", "name=other")
    assert done.returncode == 0, done.stderr
    record = json.loads(next(iter(program.records(name="other").values())).read_text())
    assert record["spec"]["budget"] == {"epochs": 1} and record["spec"]["optimiser"]["momentum"] == 0.5
    kept = json.loads((program.folder / "runs/other/config.json").read_text())
    assert kept["budget"] == {"epochs": 1} and kept["optimisers"][0]["momentum"] == 0.5


def test_a_results_folder_stands_for_its_config(program):
    assert program.run("run", program.write(small_config())).returncode == 0
    (program.folder / "config.json").unlink()
    assert program.answer("status", "runs/small")["completed"] == 1
    assert "1 completed" in program.run("compare", "runs/small").stdout
    again = program.run("run", "runs/small")
    assert again.returncode == 0 and trials_run(again) == []


def test_a_folder_without_results_is_refused(program):
    (program.folder / "empty").mkdir()
    done = program.run("status", "empty")
    assert done.returncode == 2 and "empty: not a results folder" in done.stderr


def test_a_data_folder_that_does_not_exist_is_warned_of(program):
    done = program.run("run", program.write(small_config()), "--data-dir", "nowhere")
    assert done.returncode == 0 and "warning: --data-dir nowhere: there is no such folder" in done.stderr


def test_a_missing_data_set_is_exit_code_4_with_the_remedy(program):
    config = small_config(task__data={"name": "mnist"})
    done = program.run("run", program.write(config), "--data-dir", "nowhere")
    assert done.returncode == 4 and done.stdout == ""
    for part in ("data set 'mnist' not found", "nowhere/mnist", "Copy the four files", "--data-dir", "NERO_BENCH_DATA"):
        assert part in done.stderr
    assert program.records() == {}


def test_verifying_a_missing_data_set_is_exit_code_4(program):
    done = program.run("data", "verify", "mnist")
    assert done.returncode == 4 and done.stdout == "" and "not found" in done.stderr


def test_a_corrupt_data_set_is_exit_code_4_and_named(program):
    folder = program.folder / "data/mnist"
    folder.mkdir(parents=True)
    for name in ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"):
        (folder / name).write_bytes(b"\0\0\x08\x03" + b"\xff" * 12)
    verified = program.run("data", "verify", "mnist", "--data-dir", "data")
    assert verified.returncode == 4 and "train-images-idx3-ubyte" in verified.stdout
    done = program.run("run", program.write(small_config(task__data={"name": "mnist"})), "--data-dir", "data")
    assert done.returncode == 4 and "data/mnist/train-images-idx3-ubyte" in done.stderr


def refused_folder(program, *arguments):
    done = program.run("run", program.write(small_config()), *arguments)
    assert done.returncode == 5 and done.stdout == "" and done.stderr.startswith("error: ")
    return done.stderr


def test_a_file_in_place_of_the_results_folder_is_exit_code_5(program):
    (program.folder / "file").write_text("mine")
    assert "file/small" in refused_folder(program, "--results", "file")
    assert (program.folder / "file").read_text() == "mine"


def test_a_file_in_place_of_the_records_folder_is_exit_code_5(program):
    (program.folder / "runs/small").mkdir(parents=True)
    (program.folder / "runs/small/records").write_text("mine")
    assert "runs/small/records" in refused_folder(program)


def test_a_folder_that_cannot_be_made_is_exit_code_5(program):
    message = refused_folder(program, "--results", "/proc/results")
    assert "/proc/results/small" in message and "--results" in message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_results_folder_is_exit_code_5(program):
    (program.folder / "runs").mkdir(mode=0o500)
    assert "runs/small" in refused_folder(program)


def test_a_full_disk_is_exit_code_5_and_leaves_no_torn_record(program):
    allow_only_small_files = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
    config = program.write(small_config())
    done = program.run("run", config, preexec_fn=allow_only_small_files)
    assert done.returncode == 5 and "runs/small/records" in done.stderr and "cannot write" in done.stderr
    assert list((program.folder / "runs/small/records").iterdir()) == []
    assert program.run("run", config).returncode == 0


@pytest.mark.skipif(HAS_NVIDIA_DRIVER, reason="there is an NVIDIA GPU")
@pytest.mark.parametrize("arguments", [["run"], ["doctor"]], ids=str)
def test_cuda_without_a_gpu_is_exit_code_2(program, arguments):
    config = [program.write(small_config())] if arguments == ["run"] else []
    done = program.run(*arguments, *config, "--device", "cuda")
    assert done.returncode == 2 and done.stdout == ""
    assert "--device cuda" in done.stderr and "--device cpu" in done.stderr
    assert not (program.folder / "runs").exists()


def test_an_unknown_device_is_exit_code_2(program):
    done = program.run("run", program.write(small_config()), "--device", "tpu")
    assert done.returncode == 2 and "expected auto, cpu, cuda" in done.stderr and "tpu" in done.stderr
    assert not (program.folder / "runs").exists()


def test_a_mistyped_command_is_named_with_those_there_are(program):
    done = program.run("compair", "runs")
    assert done.returncode == 2 and done.stdout == ""
    assert "'compair': expected a command, did you mean 'compare'?" in done.stderr and "'report'" in done.stderr


def test_doctor_describes_the_machine(program):
    machine = program.answer("doctor", "--device", "cpu")
    for key in ("libtorch", "blas", "cpu", "cores", "disk_free_bytes", "nvidia_driver", "commit"):
        assert key in machine
    assert machine["data_sets"]["mnist"] is None
    shown = program.run("doctor", "--device", "cpu")
    assert shown.returncode == 0 and "libtorch" in shown.stdout and "not found" in shown.stdout


@pytest.mark.parametrize("command", ["list", "doctor", "plan", "compare"])
def test_output_that_cannot_be_written_is_exit_code_5(program, command):
    config = program.write(small_config())
    assert program.run("run", config).returncode == 0
    arguments = {"plan": [program.write(small_config(name="new"))], "compare": ["runs/small"]}.get(command, [])
    with open("/dev/full", "w") as full:
        done = subprocess.run([NERO_BENCH, command, *arguments], cwd=program.folder, env=program.environment, stdout=full,
                              stderr=subprocess.PIPE, encoding="utf-8", timeout=PATIENCE, check=False)
    assert done.returncode == 5 and "error: " in done.stderr


def test_a_full_disk_behind_stderr_costs_no_trial(program):
    with open("/dev/full", "w") as full:
        done = program.run("run", program.write(small_config(protocol__search_seeds=[0, 1])), stderr=full)
    assert done.returncode == 0 and list(program.statuses().values()) == ["completed"] * 2


def test_a_reader_of_stderr_that_has_gone_costs_no_trial(program):
    reader, writer = os.pipe()
    os.close(reader)
    done = program.run("run", program.write(small_config(protocol__search_seeds=[0, 1])), stderr=writer)
    os.close(writer)
    assert done.returncode == 0 and list(program.statuses().values()) == ["completed"] * 2


def test_without_nero_trial_one_may_still_plan_and_look(program):
    config = program.write(small_config())
    alone = program.folder / "alone"
    alone.mkdir()
    shutil.copy(NERO_BENCH, alone)
    def run(*arguments):
        return subprocess.run([alone / "nero-bench", *arguments], cwd=program.folder, env=program.environment, timeout=PATIENCE,
                              check=False, capture_output=True, encoding="utf-8")
    planned = run("plan", config)
    assert planned.returncode == 0 and "nero-trial" in planned.stderr and "sgd" in planned.stdout
    assert run("doctor").returncode == 0
    refused = run("run", config)
    assert refused.returncode == 2 and "nero-trial" in refused.stderr
