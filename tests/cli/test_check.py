"""`check` on committed records: what is called reproduced, worse and under-powered, and what the exit status says."""

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import pytest

from committed import FIGURE_3_LEFT, HOSTILE, PUBLISHED, QUICKSTART, STEERING, check, seed_file
from program import SOURCES, schema_problems, signed


def findings(done):
    return {finding["name"]: finding for finding in json.loads(done.stdout)["findings"]}


def lower_last_epoch(file, accuracy):
    """Gives the record another training accuracy in the fifth epoch, and the checksum that belongs to it."""
    text = file.read_text()
    ours = json.loads(text)["curve"][4]["metrics"]["train.running_accuracy"]
    file.write_text(signed(text.replace(f'"train.running_accuracy": {ours!r}', f'"train.running_accuracy": {accuracy}')))


def remove_other_seeds(folder):
    for file in (folder / "records").glob("*.json"):
        if "seed0" not in file.name:
            file.unlink()


def test_figure_3_left_is_reproduced(program):
    done = check(program, FIGURE_3_LEFT, "--strict", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["passed"] is True
    assert {finding["verdict"] for finding in findings(done).values()} == {"reproduced"}
    assert len(findings(done)) == 13 and done.stderr == ""


def test_one_seed_lowered_is_a_regression_that_is_named_with_its_numbers(program, records):
    lower_last_epoch(seed_file(records, 1, 2), 0.8)
    done = check(program, records)
    assert done.returncode == 3
    message = next(line for line in done.stderr.splitlines() if "epoch 5" in line)
    assert message.startswith("error: worse: initial scale 1, training accuracy of epoch 5: ")
    for part in ("0.9922, 0.9926, 0.8", "0.9924 ± 0.0013 (n = 3)", "margin 0.01", "proven by 3 seeds against 3 (p = "):
        assert part in message, message
    worse = [name for name, finding in findings(check(program, records, "--format", "json")).items() if finding["verdict"] == "worse"]
    assert worse == ["initial scale 1, training accuracy of epoch 5", "with scale 1 the accuracy rises from epoch to epoch"]


def test_the_two_meanings_of_plus_minus_are_told_apart(program):
    for format_name in ("table", "md"):
        text = " ".join(check(program, FIGURE_3_LEFT, "--format", format_name).stdout.split())
        assert "± after a mean: the standard deviation over its n seeds; after a difference: half its 95 % interval" in text


def test_one_seed_is_under_powered_and_told_how_many_are_needed(program, records):
    remove_other_seeds(records)
    done = check(program, records)
    assert done.returncode == 0
    assert done.stdout.count("under-powered  ") == 13 and "; needs 2 seeds" in done.stdout
    assert "too few: one seed proves only what is far out; needs" in " ".join(done.stdout.split())
    assert check(program, records, "--strict").returncode == 3
    assert check(program, records, "--format", "md").stdout.startswith("**No regression**")
    assert check(program, records, "--strict", "--format", "md").stdout.startswith("**Failed: not everything is reproduced")
    found = findings(check(program, records, "--format", "json"))
    assert all(finding["seeds_needed"] >= 2 for finding in found.values() if finding["seeds_needed"] is not None)


def test_one_seed_that_is_far_out_is_a_regression(program, records):
    remove_other_seeds(records)
    lower_last_epoch(seed_file(records, 1, 0), 0.2)
    done = check(program, records)
    assert done.returncode == 3 and "proven by 1 seed against 3 (p = " in done.stderr


def test_records_of_another_protocol_are_refused_or_marked(program):
    reference = json.loads(PUBLISHED.read_text())
    reference["protocol"]["task.batch_size"] = 128
    file = program.write(reference, "reference.json")
    done = check(program, FIGURE_3_LEFT, against=file)
    assert done.returncode == 2 and done.stdout == "" and "task.batch_size is 250, not 128" in done.stderr
    done = check(program, FIGURE_3_LEFT, "--across-protocols", against=file)
    assert done.returncode == 0 and "note: another protocol: task.batch_size is 250, not 128" in done.stdout


def test_a_reference_of_something_else_is_refused(program):
    done = check(program, QUICKSTART)
    assert done.returncode == 2 and "none of the records" in done.stderr and done.stdout == ""
    done = check(program, FIGURE_3_LEFT, against="nowhere.json")
    assert done.returncode == 2 and "nowhere.json" in done.stderr


def test_update_writes_a_reference_that_the_same_records_reproduce(program, records):
    done = check(program, records, "--update", against="new.json")
    assert done.returncode == 0, done.stderr
    written = json.loads((program.folder / "new.json").read_text())
    assert schema_problems("reference", written) == []
    assert written["protocol"]["task.batch_size"] == 250
    assert [number["seen"]["n"] for number in written["numbers"]] == [3, 3]
    assert {number["quantity"]["where"]["task.model.init_scale"] for number in written["numbers"]} == {1.0, 100.0}
    assert check(program, records, against="new.json").returncode == 0
    for seed in range(3):
        lower_last_epoch(seed_file(records, 100, seed), f"0.{seed + 50}")
    assert check(program, records, against="new.json").returncode == 3


def test_update_measures_an_old_reference_anew(program, records):
    reference = program.write(json.loads(PUBLISHED.read_text()), "reference.json")
    assert check(program, records, "--update", against=reference).returncode == 0
    before, after = json.loads(PUBLISHED.read_text()), json.loads(reference.read_text())
    assert schema_problems("reference", after) == []
    assert [number["name"] for number in after["numbers"]] == [number["name"] for number in before["numbers"]]
    assert after["protocol"] == before["protocol"] and after["claims"][0]["at_least"] == 0
    assert after["numbers"][4]["seen"]["mean"] == pytest.approx((0.9921666667 + 0.99255 + 0.99281667) / 3, abs=2e-4)
    assert "nero-bench check --update" in after["provenance"]["made_by"]


def test_update_says_which_claims_no_longer_hold(program):
    reference = json.loads(PUBLISHED.read_text())
    claim = reference["claims"][0]
    claim["at_least"], claim["at_most"] = 1000, 1001
    file = program.write(reference, "reference.json")
    done = check(program, FIGURE_3_LEFT, "--update", against=file)
    assert done.returncode == 0 and f"'{claim['name']}': the claim holds in 0 of 3 seeds" in done.stderr
    done = check(program, FIGURE_3_LEFT, "--update", "--across-protocols", against=file)
    assert done.returncode == 2 and "--across-protocols" in done.stderr


def test_bounds_that_nothing_keeps_and_doubled_rates_are_refused(program):
    reference = json.loads(PUBLISHED.read_text())
    reference["claims"][0]["at_least"], reference["claims"][0]["at_most"] = 0.5, 0.4
    done = check(program, FIGURE_3_LEFT, against=program.write(reference))
    assert done.returncode == 2 and "claims[0].at_least" in done.stderr


def test_update_says_in_a_line_what_it_leaves_out_and_in_json_all_of_it(program):
    folder = SOURCES / "results/small_fig6_vgg11"  # 20 rates, of which four ran with three seeds and one diverged
    done = check(program, folder, "--update", "--format", "json", against="new.json")
    assert done.returncode == 0, done.stderr
    (warning,) = [line for line in done.stderr.splitlines() if line.startswith("warning")]
    assert "16 of 20 figures are left out: 15, as fewer than 3 seeds completed (" in warning and "; 12 more)" in warning
    assert "1, as trials diverged (image_classification, sgd, rate 1)" in warning
    left_out = json.loads(done.stdout)["left_out"]
    assert len({figure["name"] for figure in left_out}) == 16
    assert {"name": "image_classification, sgd, rate 1", "reason": "trials diverged"} in left_out


def test_update_with_fewer_seeds_than_before_says_so(program, records):
    assert check(program, records, "--update", against="new.json").returncode == 0
    remove_other_seeds(records)
    done = check(program, records, "--update", against="new.json")
    assert done.returncode == 0, done.stderr
    assert "2 of 2 figures and claims have fewer seeds than before: '" in done.stderr and "', 1 of 3" in done.stderr
    assert check(program, FIGURE_3_LEFT, "--update", against="new.json").stderr.count("fewer") == 0


def test_update_needs_three_seeds(program):
    done = check(program, QUICKSTART, "--update", against="new.json")
    assert done.returncode == 2 and "3 seeds or more" in done.stderr
    assert not (program.folder / "new.json").exists()


@pytest.mark.parametrize("file", sorted((SOURCES / "results").rglob("*.reference.json")), ids=lambda file: file.stem)
def test_reference_files_follow_the_schema(file):
    assert schema_problems("reference", json.loads(file.read_text())) == []


@pytest.mark.parametrize("change", [{"margin": -1}, {"extra": 1}, {"seen": {"mean": 1, "n": 3, "spread": 0.1}},
                                    {"quantity": {"difference": [{"of": "test.loss"}]}},
                                    {"quantity": {"of": "test.loss", "over_rates": [1, 1]}}], ids=str)
def test_schema_and_program_refuse_the_same_references(program, change):
    reference = json.loads(PUBLISHED.read_text())
    reference["numbers"][0].update(change)
    assert schema_problems("reference", reference) != []
    assert check(program, FIGURE_3_LEFT, against=program.write(reference)).returncode == 2


def test_published_references_are_what_the_script_makes_of_the_published_figures(tmp_path):
    subprocess.run([sys.executable, SOURCES / "scripts/published_references.py", tmp_path], check=True)
    for file in sorted(tmp_path.iterdir()):
        assert file.read_text() == (PUBLISHED.parent / file.name).read_text(), file.name


@pytest.fixture
def hostile(program):
    """A reference with names that would be markup, formulas or commands to a terminal, of which one is not reproduced."""
    reference = json.loads(PUBLISHED.read_text())
    reference["name"] = reference["title"] = reference["provenance"]["source"] = HOSTILE
    reference["numbers"][0]["name"] = HOSTILE
    reference["numbers"][0]["seen"]["mean"] = 1.0
    return program.write(reference)


def test_hostile_names_are_escaped_in_junit(program, hostile):
    done = check(program, FIGURE_3_LEFT, "--format", "junit", against=hostile)
    assert done.returncode == 3 and not STEERING.search(done.stdout) and not STEERING.search(done.stderr)
    suite = ElementTree.fromstring(done.stdout.encode())
    assert [case.find("failure") is not None for case in suite.iter("testcase")].count(True) == int(suite.get("failures")) == 1
    assert suite.find("script") is None and "<script>" in suite.get("name") and "\\u202e" in suite.get("name")


def test_hostile_names_are_escaped_in_markdown_and_on_the_terminal(program, hostile):
    done = check(program, FIGURE_3_LEFT, "--format", "md", against=hostile)
    assert done.returncode == 3 and not STEERING.search(done.stdout) and "<script" not in done.stdout
    rows = [line for line in done.stdout.splitlines() if line.startswith("| ")]
    assert len(rows) == 2 + 13
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 4 and len(row) < 2000 for row in rows)
    table = check(program, FIGURE_3_LEFT, against=hostile).stdout
    assert not STEERING.search(table) and all(len(line) <= 80 for line in table.splitlines())


def test_names_in_json_are_as_they_were(program, hostile):
    assert HOSTILE in findings(check(program, FIGURE_3_LEFT, "--format", "json", against=hostile))
