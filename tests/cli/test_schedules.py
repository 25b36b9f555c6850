"""What plan --show-schedule prints, against the rates of the paper's experiments, worked out here from their description."""

import json
import math

import pytest

from program import SHIPPED_CONFIGS, SOURCES, small_config

CIFAR = ["fig1_constraint_ablation", "fig2_relative_updates", "fig6_vgg11", "fig6_resnet18"]


def schedules_of(program, config):
    return program.answer("plan", SOURCES / "configs" / f"{config}.json", "--show-schedule")


def cifar_factor(step):
    """Of step 1 … 77,809: 391 steps an epoch, warm-up in epochs 1 to 5, milestones at 100, 150 and 180."""
    epoch = (step - 1) // 391 + 1
    return step / (1955 + 1e-8) if epoch <= 5 else 0.2 ** sum(epoch >= milestone for milestone in (100, 150, 180))


@pytest.mark.parametrize("config", CIFAR)
def test_of_the_cifar_figures_is_the_warm_up_and_the_milestones_at_every_step(program, config):
    schedules = schedules_of(program, config)
    assert len(schedules) == {"fig1_constraint_ablation": 4, "fig2_relative_updates": 6}.get(config, 4)
    for schedule in schedules:
        assert schedule["steps_per_epoch"] == 391
        assert len(schedule["factors"]) == 77_809
        assert schedule["factors"] == pytest.approx([cifar_factor(step) for step in range(1, 77_810)], rel=1e-14)


@pytest.mark.parametrize("config", CIFAR)
def test_of_the_cifar_figures_is_shown_in_six_lines(program, config):
    done = program.run("plan", SOURCES / "configs" / f"{config}.json", "--show-schedule")
    assert done.returncode == 0, done.stderr
    lines = [" ".join(line.split()) for line in done.stdout.splitlines() if line.startswith("  ")]
    assert lines == ["epochs steps learning rate", "1 to 5 1 to 1,955 x 0.000511509 rising to 1", "6 to 99 1,956 to 38,709 x 1",
                     "100 to 149 38,710 to 58,259 x 0.2", "150 to 179 58,260 to 69,989 x 0.04", "180 to 199 69,990 to 77,809 x 0.008"]


def test_of_the_imagenet_figure_is_the_recursive_cosine(program):
    for schedule in schedules_of(program, "fig4_imagenet_resnet50"):
        assert schedule["steps_per_epoch"] == 3203
        factors = schedule["factors"]
        assert len(factors) == 288_270
        assert factors[0] == 0
        assert factors[:3203] == pytest.approx([step / 3203 for step in range(3203)], rel=1e-14)
        rate = factors[3202]
        for step in range(3203, 288_270):  # rate by rate
            rate *= (1 + math.cos(math.pi * step / 288_270)) / (1 + math.cos(math.pi * (step - 1) / 288_270))
            assert abs(factors[step] - rate) < 1e-9, step
        assert factors[144_135] == pytest.approx(0.5, abs=1e-5)


def expected_factors(schedule, steps, per_epoch):
    """Every schedule of the configs once more, from its description alone."""
    name = schedule["name"]
    if name == "constant":
        return [1] * steps
    if name == "exponential":
        return [schedule["factor"] ** (step // per_epoch) for step in range(steps)]
    if name == "cosine":  # rate by rate
        factors = [step / per_epoch for step in range(per_epoch)]
        for step in range(per_epoch, steps):
            factors.append(factors[-1] * (1 + math.cos(math.pi * step / steps)) / (1 + math.cos(math.pi * (step - 1) / steps)))
        return factors
    share = {"fraction": steps, "epochs": per_epoch}[schedule.get("unit", "fraction")]
    first = 1 if schedule.get("unit") == "epochs" else 0  # epochs count from 1
    warm_up = round(schedule["warmup"] * share)
    breaks = [round((milestone - first) * share) for milestone in schedule["milestones"]]
    return [(step + 1) / (warm_up + 1e-8) if step < warm_up else schedule["decay"] ** sum(step >= place for place in breaks)
            for step in range(steps)]


@pytest.mark.parametrize("config", SHIPPED_CONFIGS, ids=lambda file: str(file.relative_to(SOURCES / "configs")))
def test_of_every_config_is_what_its_schedule_means(program, config):
    text = json.loads(config.read_text())
    data = text["task"]["data"]
    for entry in program.answer("plan", config, "--show-schedule"):
        steps, per_epoch = len(entry["factors"]), entry["steps_per_epoch"]
        assert steps == text["budget"]["epochs"] * per_epoch
        if data.get("train_samples"):
            assert per_epoch == math.ceil((data["train_samples"] - data.get("validation_samples", 0)) / text["task"]["batch_size"])
        assert entry["factors"] == pytest.approx(expected_factors(entry["schedule"], steps, per_epoch), rel=1e-9, abs=1e-9)


def test_holds_the_rates_that_it_is_multiplied_with(program):
    schedules = {entry["optimiser"]: entry for entry in schedules_of(program, "fig6_resnet18")}
    assert {name: entry["repeat_learning_rate"] for name, entry in schedules.items()} == {
        "nero": 0.01, "sgd": 0.1, "adam": 0.01, "lamb": 0.1}
    for entry in schedules.values():
        assert entry["learning_rates"] == pytest.approx([1e-4, 1e-3, 1e-2, 1e-1, 1], rel=1e-12)


def test_is_that_of_the_records(program):
    config = program.write(small_config())
    factors = program.answer("plan", config, "--show-schedule")[0]["factors"]
    assert factors == pytest.approx([1, 1, 1, 1, 0.9, 0.9, 0.9, 0.9])  # 40 samples in batches of 10, two epochs
    assert program.run("run", config).returncode == 0
    (record,) = program.records().values()
    rates = [point["learning_rate"] for point in json.loads(record.read_text())["curve"]]
    assert rates == [0.1 * factors[3], 0.1 * factors[7]]


def test_follows_axes_of_the_schedule_and_the_budget(program):
    config = program.write(small_config(axes={"schedule.factor": [0.5, 0.9], "budget.epochs": [1, 2]}))
    schedules = program.answer("plan", config, "--show-schedule")
    assert sorted((entry["schedule"]["factor"], len(entry["factors"])) for entry in schedules) == [
        (0.5, 4), (0.5, 8), (0.9, 4), (0.9, 8)]


def test_needs_no_data_where_the_set_has_a_published_size(program):
    (entry,) = program.answer("plan", program.write(small_config(task__data={"name": "mnist"})), "--show-schedule")
    assert entry["steps_per_epoch"] == 6000
