"""What the program writes is what the schemas say, checked by an independent validator."""

import json

import pytest

from program import SOURCES, schema_problems, small_config


def documents(folder):
    return [json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json"))]


def run_and_check(program, config):
    """Runs it and validates everything that lies in its results folder; returns the records."""
    done = program.run("run", config)
    assert done.returncode == 0, done.stderr
    folder = program.folder / "runs" / json.loads(config.read_text(encoding="utf-8"))["name"]
    for kept in documents(folder):
        assert schema_problems("experiment", kept) == []
    records = documents(folder / "records")
    for record in records:
        assert schema_problems("record", record) == [], record["id"]
    return records


# That of the gate takes a minute; test_gate.py validates its records.
CONFIGS = [file for file in sorted((SOURCES / "configs/ci").glob("*.json")) if file.stem != "quickstart_depth40"]


@pytest.mark.parametrize("config", CONFIGS, ids=lambda file: file.stem)
def test_records_of_the_small_configs_are_valid(program, config):
    assert len(run_and_check(program, config)) >= 6


def test_records_of_every_optimiser_and_of_diverged_trials_are_valid(program):
    optimisers = [{"name": entry["name"]} for entry in program.answer("list", "optimisers")]
    optimisers[0]["roles"] = {"model": {}}
    optimisers.append({"name": "sgd", "label": "too fast", "learning_rates": [1e30]})
    records = run_and_check(program, program.write(small_config(optimisers=optimisers, record_steps=True)))
    assert {record["status"] for record in records} == {"completed", "diverged"}
    assert {record["spec"]["optimiser"]["name"] for record in records} == {optimiser["name"] for optimiser in optimisers}


@pytest.mark.parametrize("change", [{"learning_rates": [0]}, {"optimisers": []}, {"extra": 1}, {"name": "a/b"},
                                    {"budget": {"epochs": 1, "steps": 1}}], ids=str)
def test_schema_and_program_refuse_the_same(program, change):
    assert schema_problems("experiment", small_config()) == []
    config = small_config(**change)
    assert schema_problems("experiment", config) != []
    assert program.run("plan", program.write(config)).returncode == 2


def test_an_unknown_key_or_status_makes_a_record_invalid(program):
    record = run_and_check(program, program.write(small_config()))[0]
    assert schema_problems("record", {**record, "extra": 1}) != []
    assert schema_problems("record", {**record, "status": "fine"}) != []
