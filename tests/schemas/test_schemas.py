"""The schemas against an independent validator: what the harness writes and the configs we ship are valid, malformed ones are not.

NERO_BENCH_WRITE_SAMPLES is the program that writes samples.
"""
import copy
import hashlib
import json
import os
import subprocess
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).parents[2]
SPACES = sorted((ROOT / "configs/spaces").glob("*.json"))
CONFIGS = sorted(set((ROOT / "configs").rglob("*.json")) - set(SPACES))
SCHEMAS = {name: json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")) for name in ("experiment", "record", "reference")}


def errors(name, document):
    return [error.message for error in jsonschema.Draft7Validator(SCHEMAS[name]).iter_errors(document)]


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    folder = tmp_path_factory.mktemp("samples")
    subprocess.run([os.environ["NERO_BENCH_WRITE_SAMPLES"], folder], check=True)
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in folder.glob("*.json")}


def objects_with_properties(schema):
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict):
            yield schema["properties"]
        for value in schema.values():
            yield from objects_with_properties(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from objects_with_properties(value)


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_are_valid_draft_07(name):
    jsonschema.Draft7Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_property_is_described(name):
    for properties in objects_with_properties(SCHEMAS[name]):
        for key, value in properties.items():
            assert value.get("description"), key


@pytest.mark.parametrize("file", CONFIGS, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_shipped_configs_are_valid_and_name_their_schema(file):
    config = json.loads(file.read_text(encoding="utf-8"))
    assert errors("experiment", config) == []
    assert (file.parent / config["$schema"]).resolve() == ROOT / "schemas" / "experiment.schema.json"


@pytest.mark.parametrize("file", SPACES, ids=lambda file: file.name)
def test_shipped_search_spaces_are_valid(file):
    space = json.loads(file.read_text(encoding="utf-8"))
    assert errors("experiment", config_with({"search": {"points": 1, "space": space}, "learning_rates": None})) == []


def test_what_the_harness_writes_is_valid(samples):
    assert len(samples) == 9
    for name, document in samples.items():
        assert errors("experiment" if name.startswith("config") else "record", document) == [], name


def test_the_checksum_is_that_of_the_canonical_json(samples):
    for name, record in samples.items():
        if name.startswith("config"):
            continue
        body = {key: value for key, value in record.items() if key != "checksum"}
        canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert record["checksum"] == hashlib.sha256(canonical.encode()).hexdigest(), name


def test_no_key_of_a_record_may_be_missing_or_unknown(samples):
    record = samples["record-completed"]
    for path in [(), ("spec",), ("spec", "labels"), ("timings",), ("memory_bytes",), ("curve", 0)]:
        for change in ["remove", "add"]:
            damaged = copy.deepcopy(record)
            place = damaged
            for key in path:
                place = place[key]
            if change == "add":
                place["unknown"] = 1
            else:
                place.pop("curve" if path == () else next(iter(place)))
            assert errors("record", damaged), (path, change)


def config_with(changes):
    """A valid config with these keys instead, those that are None left out."""
    config = {
        "name": "small", "task": {"name": "image_classification"}, "budget": {"epochs": 2}, "learning_rates": [0.1],
        "optimisers": [{"name": "adam"}],
    }
    return {key: value for key, value in {**config, **changes}.items() if value is not None}


def searched(**changes):
    """The changes that make a config a search, with these changes of the search."""
    return {"learning_rates": None, "search": {"points": 1, "space": "a.json", **changes}}


MALFORMED = [
    {"name": None}, {"name": ".."}, {"name": "a/b"}, {"unknown": 1}, {"task": "mnist"}, {"task": {}}, {"tasks": []},
    {"tasks": [{"name": "a"}]}, {"budget": None}, {"budget": {}}, {"budget": {"epochs": 0}}, {"budget": {"epochs": 1, "steps": 1}},
    {"schedule": "cosine"}, {"learning_rates": []}, {"learning_rates": [0]}, {"learning_rates": [0.1, 0.1]}, {"learning_rates": ["1"]},
    {"learning_rates": {"from": 1}}, {"learning_rates": {"from": 1, "to": 2, "per_decade": 0}}, {"optimisers": []},
    {"optimisers": ["adam"]}, {"optimisers": [{"label": "adam"}]}, {"optimisers": [{"name": "adam", "label": ""}]},
    {"optimisers": [{"name": "adam", "learning_rate": 0.1}]}, {"optimisers": [{"name": "adam", "repeat_learning_rate": 0}]},
    {"optimisers": [{"name": "adam", "default_learning_rate": -1}]},
    {"axes": {}}, {"axes": {"model.depth": [1]}}, {"axes": {"task": [1]}}, {"axes": {"task.depth": []}}, {"axes": {"task..depth": [1]}},
    {"axes": {"task.depth": [1, 1]}}, {"points": [{"optimiser": "adam", "learning_rate": 1}]}, {"protocol": {"seeds": [1]}},
    {"protocol": {"search_seeds": []}}, {"protocol": {"repeat_seeds": [-1]}}, {"protocol": {"select": {"rule": "last"}}},
    {"protocol": {"select": {"metric": "acuracy"}}}, {"evaluate": "test"}, {"evaluate": ["test", "test"]}, {"record_steps": 1},
    {"search": {"points": 1, "space": "a.json"}}, searched(points=0), searched(points=1.5), searched(design="sobol"), searched(studies=0),
    searched(seed=-1), searched(space={}), searched(space=[]), searched(space={"a": 1}), searched(space={"a": {"min": 1, "max": 2}}),
    searched(space={"a": {"min": 1, "max": 2, "scaling": "exp"}}), searched(space={"a": {"feasible_points": []}}),
    searched(space=[{"a": [1]}]), searched(names={"a": 1}), {**searched(), "optimisers": [{"name": "adam", "search": {"points": 1}}]},
]


@pytest.mark.parametrize("change", MALFORMED, ids=json.dumps)
def test_malformed_configs_are_refused(change):
    assert errors("experiment", config_with({})) == []
    assert errors("experiment", config_with(searched())) == []
    assert errors("experiment", config_with(change))
