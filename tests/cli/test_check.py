"""`check` and `compare` on committed records: what is called reproduced, worse and under-powered, and what the exit status says."""

import csv
import io
import json
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import pytest

from program import SOURCES, schema_problems, signed, small_config

FIGURE_3_LEFT = SOURCES / "results/fig3_left_centred_weight_norm"
PUBLISHED = SOURCES / "results/published/fig3_left.reference.json"
QUICKSTART = SOURCES / "results/quickstart"
HOSTILE = "<script>alert(1)</script>\x1b[2J\n=cmd()|\u202ered\u200f\ufeff" + "x" * 10_000
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f\u0080-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def check(program, folder, *more, against=PUBLISHED):
    return program.run("check", folder, "--against", against, *more)


def findings(done):
    return {finding["name"]: finding for finding in json.loads(done.stdout)["findings"]}


@pytest.fixture
def records(program):
    """A copy of the committed records of figure 3 left, to be changed."""
    folder = program.folder / "ours"
    shutil.copytree(FIGURE_3_LEFT, folder)
    return folder


def seed_file(folder, scale, seed):
    for file in sorted((folder / "records").glob(f"*seed{seed}*.json")):
        record = json.loads(file.read_text())
        if record["resolved"]["task"]["model"]["init_scale"] == scale:
            return file
    raise AssertionError("no such record")


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
    for part in ("0.9922, 0.9926, 0.8", "0.9924 ± 0.0013 (n = 3)", "margin 0.01", "p = "):
        assert part in message, message
    worse = [name for name, finding in findings(check(program, records, "--format", "json")).items() if finding["verdict"] == "worse"]
    assert worse == ["initial scale 1, training accuracy of epoch 5", "with scale 1 the accuracy rises from epoch to epoch"]


def test_one_seed_is_under_powered_and_told_how_many_are_needed(program, records):
    remove_other_seeds(records)
    done = check(program, records)
    assert done.returncode == 0
    assert done.stdout.count("under-powered  ") == 13 and "; needs 2 seeds" in done.stdout
    assert check(program, records, "--strict").returncode == 3
    assert check(program, records, "--format", "md").stdout.startswith("**No regression**")
    assert check(program, records, "--strict", "--format", "md").stdout.startswith("**Failed: not everything is reproduced")
    found = findings(check(program, records, "--format", "json"))
    assert all(finding["seeds_needed"] >= 2 for finding in found.values() if finding["seeds_needed"] is not None)


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


def rows_of(done):
    assert done.returncode == 0, done.stderr
    return {(row["task"], row["right"], row["metric"]): row for row in json.loads(done.stdout)["rows"]}


def test_optimisers_of_a_run_are_compared_and_one_seed_is_inconclusive(program):
    done = program.run("compare", QUICKSTART, "--optimisers", "nero", "adam, init default", "--format", "json")
    rows = rows_of(done)
    assert {row["verdict"] for key, row in rows.items() if key[2] == "test.accuracy"} == {"inconclusive"}
    state = rows["depth 40", "adam, init default", "memory_bytes.optimiser_state"]
    assert state["verdict"] == "worse" and state["difference"] == 1_370_704 - 20_368
    table = program.run("compare", QUICKSTART, "--optimisers", "nero", "adam, init default").stdout
    first = table[table.index("depth 40"):].splitlines()  # what is compared, its verdict and its figures side by side
    assert first[1].split()[:5] == ["metric", "verdict", "left", "right", "difference"]
    assert "  state bytes ↓" in table and "1,370,704" in table and "+1,350,336" in table
    names = program.run("compare", QUICKSTART, "--optimisers", "nero", "adam")
    assert names.returncode == 2 and "'adam, init default'" in names.stderr


def test_every_format_has_the_best_values_of_training_of_both_sides(program):
    values = [json.loads(file.read_text()) for file in (FIGURE_3_LEFT / "records").glob("*.json")]
    best = [max(point["metrics"]["test.accuracy"] for point in record["curve"]) for record in values
            if record["spec"]["task"]["model"]["init_scale"] == 100]
    mean = pytest.approx(sum(best) / 3, rel=1e-12)
    assert len(best) == 3
    rows = rows_of(program.run("compare", FIGURE_3_LEFT, FIGURE_3_LEFT, "--format", "json"))
    found = [row for key, row in rows.items() if "100" in key[0] and key[2] == "test.accuracy"]
    assert [(row["left_best"], row["right_best"]) for row in found] == [(mean, mean)]
    table = list(csv.DictReader(io.StringIO(program.run("compare", FIGURE_3_LEFT, FIGURE_3_LEFT, "--format", "csv").stdout)))
    (row,) = [row for row in table if "100" in row["task"] and row["metric"] == "test.accuracy"]
    assert float(row["left_best"]) == mean and float(row["left_deviation"]) == float(row["right_deviation"]) > 0
    shown = f"{sum(best) / 3:.4g}"
    for format_name in ("md", "table"):
        text = program.run("compare", FIGURE_3_LEFT, FIGURE_3_LEFT, "--format", format_name).stdout
        assert "left best" in text and text.count(shown) >= 2


def test_three_seeds_are_never_called_the_same(program):
    rows = rows_of(program.run("compare", FIGURE_3_LEFT, FIGURE_3_LEFT, "--format", "json"))
    accuracies = [row for key, row in rows.items() if key[2] == "train.running_accuracy"]
    assert [row["verdict"] for row in accuracies] == ["inconclusive"] * 2
    assert all("5 a side" in row["why"] and row["least_p_mann_whitney"] == pytest.approx(0.1) for row in accuracies)


def test_a_proven_difference_has_a_direction(program, records):
    for scale in (1, 100):
        for seed in range(3):
            file = seed_file(records, scale, seed)
            file.write_text(signed(re.sub(r'("test\.accuracy": )[^,\s]+', rf"\g<1>0.5{seed}", file.read_text())))
    rows = rows_of(program.run("compare", FIGURE_3_LEFT, records, "--format", "json"))
    for key, row in rows.items():
        if key[2] == "test.accuracy":
            assert row["verdict"] == "worse" and row["better"] == "larger"
            assert row["difference"] < 0 and row["half_width_95"] == "too few"  # three seeds


@pytest.mark.parametrize("kind, pattern, replacement", [("environment", r'"cpu_capability": "[^"]+"', '"cpu_capability": "other"')])
def test_unlike_environments_are_refused_or_marked(program, records, kind, pattern, replacement):
    for file in (records / "records").glob("*.json"):
        file.write_text(signed(re.sub(pattern, replacement, file.read_text())))
    done = program.run("compare", FIGURE_3_LEFT, records)
    assert done.returncode == 2 and done.stdout == "" and f"{kind}, cpu_capability" in done.stderr
    done = program.run("compare", FIGURE_3_LEFT, records, "--across", kind)
    assert done.returncode == 0 and f"note: {kind}, cpu_capability" in done.stdout


@pytest.mark.parametrize("path, value, kind", [("learning_rates", [0.01, 0.1], "grid"), ("protocol.search_seeds", [0, 1], "protocol")])
def test_unlike_grids_and_protocols_are_refused_or_marked(program, records, path, value, kind):
    config = json.loads((records / "config.json").read_text())
    *way, last = path.split(".")
    (config[way[0]] if way else config)[last] = value
    (records / "config.json").write_text(json.dumps(config))
    done = program.run("compare", FIGURE_3_LEFT, records)
    assert done.returncode == 2 and f"{kind}, " in done.stderr
    assert program.run("compare", FIGURE_3_LEFT, records, "--across", kind).returncode == 0


def test_another_precision_is_refused_or_marked(program):
    changes = {"budget": {"epochs": 1}, "protocol__search_seeds": [0, 1]}
    for name, precision in [("exact", {}), ("rounded", {"precision": "bfloat16"})]:
        config = small_config(name=name, **changes)
        config["task"].update(precision)
        done = program.run("run", program.write(config, f"{name}.json"))
        assert done.returncode == 0, done.stderr
        assert ("image_classification, bfloat16" in done.stdout) == bool(precision)
    done = program.run("compare", "runs/exact", "runs/rounded")
    assert done.returncode == 2 and done.stdout == "" and 'precision, task.precision: "float32" and "bfloat16"' in done.stderr
    done = program.run("compare", "runs/exact", "runs/rounded", "--across", "precision")
    assert done.returncode == 0 and 'note: precision, task.precision: "float32" and "bfloat16"' in done.stdout

    reference = {"name": "of float32", "provenance": {"source": "a test"},
                 "claims": [{"name": "learns", "quantity": {"of": "test.accuracy"}, "at_least": 0}]}
    program.write(reference, "reference.json")
    assert check(program, "runs/exact", against="reference.json").returncode == 0
    done = check(program, "runs/rounded", against="reference.json")
    assert done.returncode == 2 and done.stdout == "" and 'task.precision is "bfloat16", not "float32"' in done.stderr
    done = check(program, "runs/rounded", "--across-protocols", against="reference.json")
    assert done.returncode == 0 and 'note: another protocol: task.precision is "bfloat16"' in done.stdout


def test_a_precision_that_the_device_lacks_is_refused_before_anything_runs(program):
    config = program.write(small_config(task__precision="tf32"))
    done = program.run("run", config, "--device", "cpu")
    assert done.returncode == 2 and not (program.folder / "runs").exists()
    assert 'config.json: at task.precision: expected "float32" or "bfloat16" on the CPU, found "tf32"' in done.stderr
    assert program.run("plan", config).returncode == 0  # where it will run, nobody knows


def test_hostile_labels_are_escaped_in_comparisons(program, records):
    config = json.loads((records / "config.json").read_text())
    config["optimisers"][0]["label"] = HOSTILE[:120]  # configs take no more than 200 bytes
    (records / "config.json").write_text(json.dumps(config))
    for format_name in ("table", "md", "csv"):
        done = program.run("compare", records, records, "--format", format_name)
        assert done.returncode == 0, done.stderr
        assert not STEERING.search(done.stdout.replace("\r\n", "\n"))
        assert format_name == "csv" or "<script" not in done.stdout or format_name == "table"
    cells = [cell for row in csv.reader(io.StringIO(done.stdout)) for cell in row]
    assert not any(cell[:1] in "=+@" for cell in cells if cell and not re.fullmatch(r"[-+\d.e]+", cell))
