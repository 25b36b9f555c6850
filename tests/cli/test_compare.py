"""`compare` on committed records: what is better, worse or inconclusive, and what is not compared unasked."""

import csv
import io
import json
import re

import pytest

from committed import FIGURE_3_LEFT, HOSTILE, QUICKSTART, STEERING, seed_file
from program import signed


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
    block = table[table.index("depth 40"):].splitlines()  # what is compared, its verdict and its figures side by side
    assert block[0] == "depth 40: A = adam, init default (1e-4) against B = nero (1e-2)"
    assert block[2].split() == ["end", "of", "training", "verdict", "A", "B", "difference"]
    assert "less than 2 % of B (--margin)" in " ".join(table.split())
    assert max(map(len, table.splitlines())) <= 80
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
    for format_name, best in (("md", "A, best"), ("table", "best during training")):
        text = program.run("compare", FIGURE_3_LEFT, FIGURE_3_LEFT, "--format", format_name).stdout
        assert best in text and text.count(shown) >= 2


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


def test_messages_and_columns_use_the_names_that_were_typed(program, records):
    config = program.write(json.loads((records / "config.json").read_text()))
    other = program.folder / "elsewhere"
    records.rename(other)
    done = program.run("compare", "elsewhere", FIGURE_3_LEFT, "--optimisers", "adam")
    assert done.returncode == 2 and f"leave out {FIGURE_3_LEFT}, or leave out --optimisers" in done.stderr
    done = program.run("compare", "--exact", "elsewhere")
    assert done.returncode == 2 and "not 1: nero-bench compare --exact elsewhere FOLDER" in done.stderr
    done = program.run("compare", "elsewhere", "--optimisers", "adam")
    assert done.returncode == 2 and "--optimisers: expected two or more, the baseline first" in done.stderr
    done = program.run("compare", "elsewhere", "--optimisers", "adam", "none")
    assert done.returncode == 2 and "--optimisers none: expected one of the lines of elsewhere: 'adam'" in done.stderr
    done = program.run("compare", config, "elsewhere")  # the first has no records
    assert done.returncode == 0 and f"A = elsewhere (1e-2) against B = {config} (" in done.stdout.replace("\n", " ")
    assert max(map(len, program.run("compare", "elsewhere", "elsewhere").stdout.splitlines())) <= 80


@pytest.mark.parametrize("kind, pattern, replacement", [("environment", r'"cpu_capability": "[^"]+"', '"cpu_capability": "other"')])
def test_unlike_environments_are_refused_or_marked(program, records, kind, pattern, replacement):
    for file in (records / "records").glob("*.json"):
        file.write_text(signed(re.sub(pattern, replacement, file.read_text())))
    done = program.run("compare", FIGURE_3_LEFT, records)
    assert done.returncode == 2 and done.stdout == "" and f"{kind}: cpu_capability is" in done.stderr
    assert f'"other" for {records}; ' in done.stderr and f" for {FIGURE_3_LEFT}, " in done.stderr
    assert done.stderr.endswith(f"or compare them all the same with --across {kind}\n")
    done = program.run("compare", FIGURE_3_LEFT, records, "--across", kind)
    assert done.returncode == 0 and f"note: {kind}: cpu_capability is" in done.stdout


@pytest.mark.parametrize("path, value, kind", [("learning_rates", [0.01, 0.1], "grid"), ("protocol.search_seeds", [0, 1], "protocol")])
def test_unlike_grids_and_protocols_are_refused_or_marked(program, records, path, value, kind):
    config = json.loads((records / "config.json").read_text())
    *way, last = path.split(".")
    (config[way[0]] if way else config)[last] = value
    (records / "config.json").write_text(json.dumps(config))
    done = program.run("compare", FIGURE_3_LEFT, records)
    assert done.returncode == 2 and f"{kind}: {path} is [" in done.stderr and " for " in done.stderr
    assert program.run("compare", FIGURE_3_LEFT, records, "--across", kind).returncode == 0


def test_lists_of_seeds_are_shown_alike_however_long(program, records):
    config = json.loads((records / "config.json").read_text())
    config["protocol"]["search_seeds"] = [7]
    config["protocol"]["repeat_seeds"] = [8, 9]
    (records / "config.json").write_text(json.dumps(config))
    message = program.run("compare", FIGURE_3_LEFT, records).stderr
    assert f"[7] for {records}" in message and f"[8,9] for {records}" in message


def test_help_says_that_p_values_are_adjusted(program):
    assert "adjusted by Holm's method" in " ".join(program.run("compare", "--help").stdout.split())


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
