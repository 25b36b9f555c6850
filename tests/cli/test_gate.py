"""The gate of CI on a small experiment: the quickstart's depth 40 against what 20 other seeds gave."""

import json
import re

import pytest

from program import SOURCES, Program, schema_problems, signed

CONFIG = SOURCES / "configs/ci/quickstart_depth40.json"
REFERENCE = SOURCES / "results/quickstart_depth40/depth40.reference.json"


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """The program after its run of twelve trials, which takes most of a minute of the processor."""
    folder = tmp_path_factory.mktemp("gate") / "here"
    folder.mkdir()
    program = Program(folder)
    done = program.run("run", CONFIG)
    assert done.returncode == 0, done.stderr
    return program


def findings(program):
    done = program.run("check", CONFIG, "--against", REFERENCE, "--format", "json")
    return done, {finding["name"]: finding for finding in json.loads(done.stdout)["findings"]}


def test_the_records_are_valid(finished):
    for file in finished.records(name="quickstart_depth40").values():
        assert schema_problems("record", json.loads(file.read_text())) == []


def test_every_claim_of_the_default_initialisation_holds_in_the_new_seed(finished):
    done, found = findings(finished)
    assert done.returncode == 0, done.stderr
    measured = {name: finding for name, finding in found.items() if "balanced" not in name}
    assert len(measured) >= 5
    for name, finding in measured.items():
        assert finding["held"] == finding["ours"]["n"] == 1, name


def test_claims_are_counted_anew_in_new_records(finished):
    before = json.loads(REFERENCE.read_text())
    before["claims"] = [claim for claim in before["claims"] if "balanced" not in claim["name"]]  # the run has no trials for the others
    file = finished.write(before, "counted.reference.json")
    done = finished.run("check", CONFIG, "--against", file, "--update")
    assert done.returncode == 0, done.stderr
    after = json.loads(file.read_text())
    assert schema_problems("reference", after) == []
    assert len(after["claims"]) == len(before["claims"])
    for old, new in zip(before["claims"], after["claims"]):
        assert new["seen"]["n"] == new["seen"]["held"] == len(new["seen"]["seeds"]) == 1
        assert {**new, "seen": None} == {**old, "seen": None}
    assert "have fewer seeds than before" in done.stderr and "1 of 20" in done.stderr


def test_a_nero_that_learns_less_is_a_regression(finished):
    for file in finished.records(name="quickstart_depth40").values():
        text = file.read_text()
        if json.loads(text)["spec"]["optimiser"]["name"] == "nero":
            file.write_text(signed(re.sub(r'("test\.accuracy": )[^{,\s]+', r"\g<1>0.3", text)))
    done, found = findings(finished)
    assert done.returncode == 3
    assert found["Nero's best accuracy is .60 or more"]["verdict"] == "worse"
    assert "error: worse: Nero's best accuracy is .60 or more: 0.3" in done.stderr
