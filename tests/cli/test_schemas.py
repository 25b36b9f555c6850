"""What the program reads and writes is what the schemas say, checked by an independent validator."""

import json

import pytest
from jsonschema import Draft7Validator

from program import SOURCES, small_config

CONFIGS = sorted((SOURCES / "configs").rglob("*.json"))


def validator(name):
    schema = json.loads((SOURCES / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema)


def problems(name, instance):
    return [f"{error.json_path}: {error.message}" for error in validator(name).iter_errors(instance)]


def test_there_are_shipped_configs():
    assert len(CONFIGS) >= 5


@pytest.mark.parametrize("file", CONFIGS, ids=lambda file: file.stem)
def test_shipped_configs_are_valid(file):
    config = json.loads(file.read_text(encoding="utf-8"))
    assert problems("experiment", config) == []
    assert (file.parent / config["$schema"]).resolve() == SOURCES / "schemas/experiment.schema.json"


@pytest.mark.parametrize("change", [{"learning_rates": [0]}, {"budget": {}}, {"optimisers": []}, {"extra": 1}, {"name": "a/b"},
                                    {"protocol": {"search_seeds": [-1]}}, {"budget": {"epochs": 1, "steps": 1}}], ids=str)
def test_the_schema_refuses_what_the_program_refuses(program, change):
    assert problems("experiment", small_config()) == []
    config = small_config(**change)
    assert problems("experiment", config) != []
    assert program.run("plan", program.write(config)).returncode == 2


def test_records_of_every_ending_and_the_config_beside_them_are_valid(program):
    config = small_config(learning_rates=[0.1, 1e30], protocol__repeat_seeds=[1], record_steps=True,
                          optimisers=[{"name": "sgd"}, {"name": "nero", "roles": {"model": {"beta": 0.9}}}])
    done = program.run("run", program.write(config))
    assert done.returncode == 0, done.stderr
    records = [json.loads(file.read_text(encoding="utf-8")) for file in program.records().values()]
    assert {record["status"] for record in records} == {"completed", "diverged"}
    for record in records:
        assert problems("record", record) == []
    assert problems("experiment", json.loads((program.folder / "runs/small/config.json").read_text())) == []


def test_a_record_with_an_unknown_key_or_a_wrong_status_is_invalid(program):
    assert program.run("run", program.write(small_config())).returncode == 0
    record = json.loads(next(iter(program.records().values())).read_text())
    assert problems("record", {**record, "extra": 1}) != []
    assert problems("record", {**record, "status": "fine"}) != []
