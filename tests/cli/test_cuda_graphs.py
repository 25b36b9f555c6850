"""Training steps recorded as CUDA graphs: the trial is the same, bit for bit. Needs a GPU, and skips visibly without."""

import json
import subprocess

import pytest
from program import BINARIES, small_config, wait_until

PROGRAM = BINARIES / "nero-trial-cuda"
STEPS = 90  # the first 50 are measured one by one; 7 batches an epoch, the last one short
OPTIMISERS = [{"name": "nero"}, {"name": "sgd", "momentum": 0.9, "weight_decay": 5e-4}, {"name": "adam"}, {"name": "adamw"},
              {"name": "lamb"}, {"name": "madam"}, {"name": "nero", "clip_norm": 0.1}]
MODELS = [{"name": "mlp", "depth": 4, "width": 32}, {"name": "vgg11", "width_multiplier": 0.125},
          {"name": "resnet18", "width_multiplier": 0.125}]


def has_gpu():
    return PROGRAM.exists() and subprocess.run([PROGRAM, "--doctor", "--device", "cuda"], capture_output=True).returncode == 0


needs_gpu = pytest.mark.skipif(not has_gpu(), reason="no nero-trial-cuda, or no NVIDIA GPU here")


def trial(optimiser, model, **task):
    return {"task": {"name": "image_classification", "batch_size": 16, "model": model,
                     "data": {"name": "synthetic", "side": 32, "channels": 3, "train_samples": 100, "test_samples": 40}} | task,
            "optimiser": optimiser, "schedule": {"name": "exponential", "factor": 0.9}, "budget": {"steps": STEPS},
            "learning_rate": 0.01, "seed": 3, "labels": {"experiment": "graphs", "task": "", "optimiser": ""}}


def train(spec, *options):
    done = subprocess.run([PROGRAM, "--device", "cuda", *options], input=json.dumps([{"spec": spec}]), capture_output=True,
                          text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])["record"], done.stderr


def results(record):
    return {key: record[key] for key in ("status", "steps", "curve", "initial", "parameters_sha256", "counts")}


@needs_gpu
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model["name"])
@pytest.mark.parametrize("optimiser", OPTIMISERS, ids=lambda optimiser: "_".join(map(str, optimiser.values())))
def test_a_replayed_trial_is_the_trial_made_step_by_step(optimiser, model):
    spec = trial(optimiser, model)
    expected, _ = train(spec)
    actual, warnings = train(spec, "--cuda-graphs")
    assert "CUDA graph" not in warnings, warnings
    assert actual["environment"]["cuda_graphs"] == "yes"
    assert results(actual) == results(expected)


@needs_gpu
def test_a_replayed_trial_in_bfloat16_is_the_trial_made_step_by_step():
    spec = trial({"name": "nero"}, MODELS[-1], precision="bfloat16")
    assert results(train(spec, "--cuda-graphs")[0]) == results(train(spec)[0])


@needs_gpu
def test_a_replayed_trial_diverges_at_the_same_step():
    spec = trial({"name": "sgd"}, MODELS[0]) | {"learning_rate": 1e-3, "budget": {"epochs": 40},
                                               "schedule": {"name": "exponential", "factor": 3}}
    expected, _ = train(spec)
    assert expected["status"] == "diverged" and expected["steps"] > 60
    assert results(train(spec, "--cuda-graphs")[0]) == results(expected)


@needs_gpu
def test_a_replayed_trial_that_was_stopped_goes_on_to_the_same_bits(tmp_path):
    spec = trial({"name": "nero"}, MODELS[1]) | {"budget": {"steps": 400}}
    expected, _ = train(spec)
    options = ["--cuda-graphs", "--checkpoints", str(tmp_path), "--checkpoint-every", "70"]
    process = subprocess.Popen([PROGRAM, "--device", "cuda", *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    process.stdin.write(json.dumps([{"spec": spec}]))
    process.stdin.close()
    wait_until(lambda: any(tmp_path.rglob("*")), "a checkpoint")
    process.kill()
    process.wait()
    assert results(train(spec, *options)[0]) == results(expected)


@needs_gpu
def test_steps_that_cannot_be_recorded_are_made_one_by_one():
    spec = trial({"name": "nero", "implementation": "tensor_operations"}, MODELS[0])
    spec["budget"] = {"steps": 150}
    actual, warnings = train(spec, "--cuda-graphs")
    assert "no CUDA graph of the training step" in warnings
    assert results(actual) == results(train(spec)[0])


def test_on_a_cpu_the_option_changes_nothing(program):
    config = program.write(small_config())
    for results, options in (("plain", []), ("graphs", ["--cuda-graphs"])):
        done = program.run("run", config, "--device", "cpu", "--results", results, *options)
        assert done.returncode == 0, done.stderr
    assert "no CUDA graph of the training step, whose operations are enqueued one by one: there are none on this device" in done.stderr
    assert program.run("compare", "--exact", "plain/small", "graphs/small").returncode == 0
