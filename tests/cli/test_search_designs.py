"""Searches by design, with the programs as they are: the same points for every optimiser, the best of each study repeated."""

import json

import pytest

from program import SOURCES, schema_problems, small_config, trials_run

SPACE = {
    "learning_rate": {"min": 1e-3, "max": 0.5, "scaling": "log"},
    "one_minus_beta1": {"min": 0.05, "max": 0.5, "scaling": "log"},
    "weight_decay": {"feasible_points": [0.0, 0.001]},
}


def search_config(**changes):
    config = small_config(optimisers=[{"name": "adamw"}, {"name": "sgd", "search": {"names": {"one_minus_beta1": "optimiser.momentum"}}}],
                          search={"points": 3, "studies": 2, "space": "space.json"}, **{"protocol__repeat_seeds": [1], **changes})
    del config["learning_rates"]
    return config


def write_space(program, space=SPACE):
    (program.folder / "space.json").write_text(json.dumps(space), encoding="utf-8")


def specs_of(program):
    return [json.loads(file.read_text(encoding="utf-8"))["spec"] for file in program.records().values()]


def searched(specs, optimiser, seed):
    return {spec["learning_rate"] for spec in specs if spec["optimiser"]["name"] == optimiser and spec["seed"] == seed}


def test_a_search_runs_and_repeats_the_best_point_of_every_study(program):
    write_space(program)
    done = program.run("run", program.write(search_config()), "--format", "json")
    assert done.returncode == 0, done.stderr
    cells = json.loads(done.stdout)["cells"]
    assert [cell["optimiser"] for cell in cells] == ["adamw, study 1", "adamw, study 2", "sgd, study 1", "sgd, study 2"]
    for cell in cells:
        best = max(point["mean"] for point in cell["rates"])
        chosen = cell["rates"][cell["best"]]
        assert len(cell["rates"]) == 3 and chosen["mean"] == best == cell["best_metric"]
        assert cell["repeats"]["learning_rate"] == chosen["learning_rate"]
        assert cell["repeats"]["settings"] == chosen["settings"]
    specs = specs_of(program)
    assert len(specs) == 2 * 2 * (3 + 1)
    assert searched(specs, "adamw", 0) == searched(specs, "sgd", 0) and len(searched(specs, "adamw", 0)) == 3
    assert searched(specs, "adamw", 1000) == searched(specs, "sgd", 1000)
    assert searched(specs, "adamw", 0).isdisjoint(searched(specs, "adamw", 1000))
    for spec in specs:
        assert 1e-3 <= spec["learning_rate"] <= 0.5
        assert 0.5 <= spec["optimiser"]["beta1" if spec["optimiser"]["name"] == "adamw" else "momentum"] <= 0.95

    # The folder needs the file of the space no more, and the same command has nothing left to do.
    again = program.run("run", "config.json")
    assert trials_run(again) == [] and "at the best point" in again.stdout
    (program.folder / "space.json").unlink()
    folder = program.folder / "runs/small"
    assert schema_problems("experiment", json.loads((folder / "config.json").read_text(encoding="utf-8"))) == []
    assert "adamw, study 2" in program.run("compare", folder).stdout
    assert program.answer("status", folder)["to_run"] == 0


def test_more_points_run_what_is_new_and_another_seed_is_refused(program):
    write_space(program)
    program.write(search_config(protocol__repeat_seeds=[]))
    assert len(trials_run(program.run("run", "config.json"))) == 12
    assert len(trials_run(program.run("run", "config.json", "--set", "search.points=4"))) == 4
    refused = program.run("run", "config.json", "--set", "search.seed=1")
    assert refused.returncode == 2 and "at search.points: 4, now 3" in refused.stderr
    refused = program.run("run", "config.json", "--set", "search.points=4", "--set", "search.seed=1")
    assert refused.returncode == 2 and "at search.seed: 0, now 1" in refused.stderr


def test_shards_of_a_search_together_are_the_whole(program):
    write_space(program)
    program.write(search_config())
    whole = {trial["id"] for trial in program.answer("plan", "config.json")}
    parts = [{trial["id"] for trial in program.answer("plan", "config.json", "--shard", f"{i}/3")} for i in (1, 2, 3)]
    assert set.union(*parts) == whole and sum(map(len, parts)) == len(whole) == 12


def test_points_are_chosen_by_images_held_out_of_training(program):
    write_space(program)
    choose = {"metric": "accuracy", "split": "validation", "rule": "final"}
    config = search_config(evaluate=["validation", "test"], protocol__select=choose)
    refused = program.run("plan", program.write(config))
    assert refused.returncode == 2 and "validation_samples" in refused.stderr
    config["task"]["data"]["validation_samples"] = 10
    done = program.run("run", program.write(config))
    assert done.returncode == 0, done.stderr
    for file in program.records().values():
        record = json.loads(file.read_text(encoding="utf-8"))
        assert {"validation.accuracy", "test.accuracy"} <= record["final_metrics"].keys()
        assert record["initial"].keys() >= {"trivial.validation.accuracy"}


def test_the_shipped_protocol_is_five_studies_of_five_points(program):
    trials = program.answer("plan", SOURCES / "configs/search_designs.json")
    assert len(trials) == 4 * 5 * 5
    points = {}
    for trial in trials:
        points.setdefault(trial["optimiser"]["name"], set()).add((trial["seed"], trial["learning_rate"]))
    assert points["nero"] == points["lamb"] == points["adamw"] == points["sgd"]


@pytest.mark.parametrize("space, says", [
    ({**SPACE, "dropout_rate": {"feasible_points": [0.1]}}, ["space.json: at dropout_rate:", '"names": {"dropout_rate":', "null"]),
    ({**SPACE, "beta2": {"feasible_points": [0.99]}}, ["space.json: at beta2: sets optimiser.beta2, but 'sgd' has", "'momentum'", "or null"]),
    ({**SPACE, "warmup_factor": {"feasible_points": [0.1]}}, ["space.json: at warmup_factor: sets schedule.warmup", "'exponential' has"]),
    ({**SPACE, "learning_rate": {"min": 1, "max": 1, "scaling": "log"}}, ["space.json: at learning_rate.max", "exchange"]),
    ({"learning_rate": {"min": 0.0, "max": 1, "scaling": "log"}}, ["space.json: at learning_rate.min", ">= 1e-30"]),
    ({"learning_rate": {"feasible_points": [0.1]}, "one_minus_beta1": {"feasible_points": [-1]}}, ["beta1", "in [0, 1)"]),
    ([{"learning_rate": 0.1, "one_minus_beta1": 0.1}], ["at search.points", "space.json lists"]),
], ids=str)
def test_a_space_that_does_not_fit_is_named_with_its_file_and_the_remedy(program, space, says):
    write_space(program, space)
    done = program.run("plan", program.write(search_config()))
    assert done.returncode == 2 and done.stdout == ""
    for part in says:
        assert part in done.stderr


def test_the_plan_fits_a_terminal_and_has_its_columns_below_one_another(program):
    done = program.run("plan", SOURCES / "configs/search_designs.json")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    heads = [line for line in lines if not line.startswith(" ")]
    assert len(heads) == 100 and len({line.index("seed ") for line in heads}) == 1
    assert len({line.index("sgd, study") for line in heads if "sgd, study" in line}) == 1
    assert "sgd, study 2" in done.stdout and "weight_decay 5.93828e-05" in done.stdout and "image_classification" not in done.stdout


@pytest.mark.parametrize("content, says", [(None, "cannot be opened"), (" " * (1 << 20 | 1), "longer than 1048576 bytes"),
                                           ("[" * 100_000, "nested deeper than 64 levels"), ('{"a": NaN}', "expected JSON")],
                         ids=["missing", "huge", "deep", "nan"])
def test_a_file_that_is_no_space_is_named(program, content, says):
    if content is not None:
        (program.folder / "space.json").write_text(content, encoding="utf-8")
    done = program.run("run", program.write(search_config()))
    assert done.returncode == 2 and "space.json" in done.stderr and says in done.stderr


def test_a_file_is_found_beside_the_config_wherever_one_stands(program):
    (program.folder / "deep").mkdir()
    (program.folder / "deep/space.json").write_text(json.dumps(SPACE), encoding="utf-8")
    config = program.write(search_config(), "deep/config.json")
    assert len(program.answer("plan", config)) == 12
    assert program.run("plan", "-", input=config.read_text()).returncode == 2  # standard input stands nowhere else
