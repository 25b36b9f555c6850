"""The numbers of the configs of figures 1, 2, 4 and 6, against those of the paper's experiments (sections in brackets).

What a config leaves out has the default that `list` shows. The rates of the schedules are in test_schedules.py."""

import json

import pytest

from program import SOURCES

CIFAR10 = {"name": "cifar10", "form": "batches", "train_samples": 0, "test_samples": 0, "validation_samples": 0, "on_corrupt": "fail",
           "pad": 4, "flip": True, "rotation": 15}  # [2.0]
IMAGENET = {"name": "imagenet", "folder": "imagenet", "train": "train", "test": "val", "validation_samples": 0, "on_corrupt": "fail",
            "size": 224, "resize": 256, "smallest_area": 0.08, "largest_aspect": 4 / 3, "flip": True, "decode": "exact",
            "mean": [0.485, 0.456, 0.406], "standard_deviation": [0.229, 0.224, 0.225]}  # [2.5]

ANYHOW = {"data_sets": ["loader_threads"], "optimisers": ["implementation", "step_in_backward"]}  # gives the same numbers


def nero(mean=True, norm=True):
    return {"name": "nero", "beta": 0.999, "constrain_mean": mean, "constrain_norm": norm, "clip_norm": 0}  # [1.3, 3.2]


def madam(constrain):
    return {"name": "madam", "p_scale": 3, "g_bound": 10, "constrain": constrain, "clip_norm": 0}  # [1.3, 3.5]


def lamb(constrain=False):
    return {"name": "lamb", "beta1": 0, "beta2": 0.999, "epsilon": 1e-6, "weight_decay": 0, "weight_norm_clamp": 10,
            "bias_correction": False, "constrain": constrain, "clip_norm": 0}  # [1.3, 3.3, Q18]


def sgd(momentum=0, weight_decay=0):
    return {"name": "sgd", "momentum": momentum, "nesterov": False, "weight_decay": weight_decay, "clip_norm": 0}  # [1.3, 3.7]


ADAM = {"name": "adam", "beta1": 0, "beta2": 0.999, "epsilon": 1e-8, "weight_decay": 0, "clip_norm": 0}  # [1.3, 3.8]


def searched(grid, best):
    """Pairs of rate and seed [1.1]."""
    return {(rate, 0) for rate in grid} | {(best, 1), (best, 2)}


def fine(best):
    return searched([0.01, 0.02, 0.04, 0.06, 0.08, 0.10], best)  # [2.1, 2.2]


def decades(best):
    return searched([1e-4, 1e-3, 1e-2, 1e-1, 1], best)  # [2.7]


def three_times(rate):
    return {(rate, 0), (rate, 1), (rate, 2)}  # [2.5]; the paper's have no seeds


# By label: the optimiser, and its trials at the rates of table 1.2.
OPTIMISERS = {
    "fig1_constraint_ablation": {"neither": (nero(False, False), fine(0.02)), "mean": (nero(True, False), fine(0.01)),
                                 "norm": (nero(False, True), fine(0.02)), "both": (nero(), fine(0.02))},
    "fig2_relative_updates": {"madam": (madam(False), fine(0.02)), "madam with constraints": (madam(True), fine(0.06)),
                              "lamb": (lamb(), fine(0.02)), "lamb with constraints": (lamb(True), fine(0.06)),
                              "nero without constraints": (nero(False, False), fine(0.02)), "nero": (nero(), fine(0.02))},
    "fig4_imagenet_resnet50": {"sgd, weight decay": (sgd(0.9, 1e-4), three_times(0.1)), "sgd": (sgd(0.9), three_times(0.1)),
                               "nero": (nero(), three_times(0.01))},  # [Q1]
    "fig6_vgg11": {"nero": (nero(), decades(0.01)), "sgd": (sgd(), decades(0.1)), "adam": (ADAM, decades(0.001)),
                   "lamb": (lamb(), decades(0.01))},
    "fig6_resnet18": {"nero": (nero(), decades(0.01)), "sgd": (sgd(), decades(0.1)), "adam": (ADAM, decades(0.01)),
                      "lamb": (lamb(), decades(0.1))},
}

# Model, data, batch size, epochs, what is evaluated, top-5 [2.0, 2.5], and the number of runs [2.1, 2.2, 2.5, 2.7].
SETTINGS = {
    "fig1_constraint_ablation": ("vgg11", CIFAR10, 128, 199, ["test", "train"], False, 32),
    "fig2_relative_updates": ("vgg11", CIFAR10, 128, 199, ["test", "train"], False, 48),
    "fig4_imagenet_resnet50": ("resnet50", IMAGENET, 400, 90, ["test"], True, 9),
    "fig6_vgg11": ("vgg11", CIFAR10, 128, 199, ["test", "train"], False, 28),
    "fig6_resnet18": ("resnet18", CIFAR10, 128, 199, ["test", "train"], False, 28),
}


def resolved(program, kind, component):
    """With the defaults of its options, without those that make no difference."""
    [entry] = [entry for entry in program.answer("list", kind) if entry["name"] == component["name"]]
    defaults = {option["name"]: option["default"] for option in entry["options"] if "default" in option}
    return {name: value for name, value in {**defaults, **component}.items() if name not in ANYHOW.get(kind, [])}


@pytest.mark.parametrize("folder", ["configs", "configs/small"])
@pytest.mark.parametrize("figure", OPTIMISERS)
def test_optimisers_rates_and_seeds_are_those_of_the_paper_in_full_and_small(program, figure, folder):
    file = SOURCES / folder / f"{figure}.json"
    planned = {}
    for trial in program.answer("plan", file):
        options, trials = planned.setdefault(trial["labels"]["optimiser"], (trial["optimiser"], []))
        assert options == trial["optimiser"]
        trials.append((float(f"{trial['learning_rate']:.12g}"), trial["seed"]))
    found = {label: (resolved(program, "optimisers", options), trials) for label, (options, trials) in planned.items()}
    assert found == {label: (options, found[label][1]) for label, (options, _) in OPTIMISERS[figure].items()}
    assert {label: sorted(trials) for label, (_, trials) in found.items()} == {
        label: sorted(trials) for label, (_, trials) in OPTIMISERS[figure].items()}
    assert sum(len(trials) for _, trials in found.values()) == SETTINGS[figure][-1]
    assert json.loads(file.read_text())["protocol"]["select"] == {"metric": "accuracy", "split": "test", "rule": "final"}


@pytest.mark.parametrize("figure", SETTINGS)
def test_data_model_batches_and_epochs_are_those_of_the_paper(program, figure):
    model, data, batch_size, epochs, evaluated, top5, _ = SETTINGS[figure]
    trials = program.answer("plan", SOURCES / "configs" / f"{figure}.json")
    task = trials[0]["task"]
    assert all(trial["task"] == task and trial["evaluate"] == evaluated for trial in trials)
    assert resolved(program, "data_sets", task["data"]) == data
    assert resolved(program, "models", task["model"]) == {"name": model, "width_multiplier": 1, "classes": 0}  # those of the set
    assert (task["batch_size"], task["evaluation_batch_size"], task.get("top5", False)) == (batch_size, batch_size, top5)
    assert {trial["budget"]["epochs"] for trial in trials} == {epochs}


@pytest.mark.parametrize("figure", [figure for figure in SETTINGS if SETTINGS[figure][1] is CIFAR10])
def test_small_figures_have_the_model_batches_and_augmentation_of_the_full_ones(program, figure):
    model, data, batch_size, *_ = SETTINGS[figure]
    [task] = {json.dumps(trial["task"]) for trial in program.answer("plan", SOURCES / "configs/small" / f"{figure}.json")}
    task = json.loads(task)
    small = resolved(program, "data_sets", task["data"])
    assert {**small, "train_samples": 0, "test_samples": 0} == data
    assert (task["model"]["name"], task["batch_size"]) == (model, batch_size)
