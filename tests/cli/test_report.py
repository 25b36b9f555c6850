"""nero-bench report: one page that needs nothing else, and the trials as tables; names from configs and records are harmless in all of them."""

import csv
import io
import json
import os
import sqlite3
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

from program import SOURCES, small_config

HOSTILE = ["<script>alert(1)</script>", "=cmd()|'calc'!A1", "two\nlines | and *marks*", "a" * 200, "right\u202eto left", "\x1b[31mred"]
FORMATS = ["html", "md", "csv", "jsonl", "sql", "vega-lite"]


@pytest.fixture
def finished(program):
    optimisers = [{"name": "sgd", "label": label} for label in HOSTILE]
    config = small_config(optimisers=optimisers, learning_rates=[0.1, 1e30], protocol__repeat_seeds=[1, 2])
    config["description"] = HOSTILE[0] + "b" * 10_000
    done = program.run("run", program.write(config), "--jobs", 2, "--no-pin")
    assert done.returncode == 0, done.stderr
    return program


def reported(program, form, experiment="config.json"):
    done = program.run("report", experiment, "--format", form)
    assert done.returncode == 0, done.stderr
    return done.stdout


def parsed(page):
    assert page.startswith("<!DOCTYPE html>\n")
    return ElementTree.fromstring(page.removeprefix("<!DOCTYPE html>\n"))


def elements(page, name):
    return [found for found in page.iter() if found.tag.split("}")[-1] == name]


def test_the_page_is_well_formed_and_needs_nothing_else(finished):
    text = reported(finished, "html")
    page = parsed(text)
    assert not elements(page, "script") and not elements(page, "link") and not elements(page, "img")
    assert text.count("http") == text.count("http://www.w3.org/2000/svg")
    assert not any(name in found.attrib for found in page.iter() for name in ("src", "href", "onload"))
    pictures = elements(page, "svg")
    assert len(pictures) >= 4
    for picture in pictures:
        assert elements(picture, "title")[0].text and elements(picture, "desc")[0].text
    assert len(elements(page, "details")) >= len(pictures)  # the numbers of each


def test_the_same_records_make_the_same_bytes(finished):
    for form in FORMATS:
        assert reported(finished, form) == reported(finished, form)


def test_a_file_is_written_whole_in_the_format_of_its_ending(finished):
    for form in FORMATS:
        ending = form.replace("vega-lite", "vl.json")
        done = finished.run("report", "config.json", "-o", f"report.{ending}")
        assert done.returncode == 0 and done.stdout == ""
        assert (finished.folder / f"report.{ending}").read_text(encoding="utf-8") == reported(finished, form)
    refused = finished.run("report", "config.json", "-o", "none/report.html")
    assert refused.returncode == 5 and "none/report.html" in refused.stderr


def test_an_ending_of_no_format_is_refused_unless_the_format_is_named(finished):
    done = finished.run("report", "config.json", "-o", "r.txt")
    assert done.returncode == 2 and done.stdout == "" and not (finished.folder / "r.txt").exists()
    assert done.stderr.startswith("error: -o r.txt: expected an ending that says the format (.html, .md, ")
    assert "found .txt; change it, or name the format, as in --format html" in done.stderr
    assert finished.run("report", "config.json", "-o", "r.txt", "--format", "md").returncode == 0
    assert (finished.folder / "r.txt").read_text(encoding="utf-8") == reported(finished, "md")
    for name, form in (("r.MD", "md"), ("page", "html"), ("r.csv", "csv")):
        assert finished.run("report", "config.json", "-o", name).returncode == 0
        assert (finished.folder / name).read_text(encoding="utf-8") == reported(finished, form)
    assert finished.run("report", "config.json", "-o", "-").stdout == reported(finished, "html")


def test_no_name_is_markup_a_formula_or_an_escape_in_any_format(finished):
    for form in FORMATS:
        text = reported(finished, form)
        assert "\x1b" not in text and "\u202e" not in text
        assert form in ("csv", "jsonl", "sql", "vega-lite") or "<script" not in text


def test_tables_have_a_row_a_trial_for_every_reader(finished):
    records = finished.records()
    rows = list(csv.DictReader(io.StringIO(reported(finished, "csv"))))
    lines = [json.loads(line, parse_constant=pytest.fail) for line in reported(finished, "jsonl").splitlines()]
    database = sqlite3.connect(":memory:")
    database.executescript(reported(finished, "sql"))
    ids = [row[0] for row in database.execute("SELECT id FROM trials")]
    assert len(rows) == len(lines) == len(records)
    assert [row["id"] for row in rows] == [line["id"] for line in lines] == ids == sorted(ids)
    assert not any(value.startswith(("=", "@")) for row in rows for value in row.values())
    assert {row["status"] for row in rows} == {"completed", "diverged"}
    finite = [row for row in rows if row["status"] == "completed"]
    assert all(0 <= float(row["final_metrics.test.accuracy"]) <= 1 for row in finite)


def test_vega_lite_has_the_numbers_of_the_pictures_inline(finished):
    specification = json.loads(reported(finished, "vega-lite"), parse_constant=pytest.fail)
    pictures = specification["vconcat"]
    assert len(pictures) == len(elements(parsed(reported(finished, "html")), "svg"))
    rates = pictures[0]["data"]["values"]
    assert len(rates) == 2 * len(HOSTILE) and {point["x"] for point in rates} == {0.1, 1e30}
    analysed = {cell["optimiser"]: cell for cell in finished.answer("analyse", "config.json")["cells"]}
    scores = [rate["score"] for cell in analysed.values() for rate in cell["curve"]]
    assert [point["y"] for point in rates] == scores
    assert [point["diverged"] for point in rates] == [False, True] * len(HOSTILE)
    analysed_ms = [1e3 * cell["step_seconds"] for cell in analysed.values()]
    assert [bar["x"] for bar in pictures[-1]["data"]["values"]] == pytest.approx(analysed_ms)  # as its title says
    domains = [picture["encoding"]["color"]["scale"]["domain"] for picture in pictures if "layer" in picture]
    assert [len(domain) for domain in domains] == [len(HOSTILE)] * len(domains)  # an optimiser looks the same in all
    assert "url" not in json.dumps([picture["data"] for picture in pictures])


def test_what_never_learns_is_called_so_first(program):
    subprocess.run([os.environ["NERO_BENCH_WRITE_PUBLISHED_SWEEP"], program.folder / "published"], check=True)
    page = parsed(reported(program, "html", "published"))
    said = [item.text for item in elements(page, "li")]
    assert any(text.startswith("adam and sgd never learn:") for text in said), said
    assert any(text.startswith("At its default rate 1e-2 nero fails here") for text in said), said
    assert "* adam and sgd never learn:" in reported(program, "md", "published")


def test_every_trial_has_the_label_of_its_optimiser_and_its_task(program):
    optimisers = [{"name": "sgd"}, {"name": "sgd", "label": "with momentum", "momentum": 0.9}]
    assert program.run("run", program.write(small_config(optimisers=optimisers, task__label="tiny")), "--no-pin").returncode == 0
    table = next(found for found in elements(parsed(reported(program, "html")), "table") if elements(found, "caption")[0].text == "Trials")
    rows = [["".join(cell.itertext()) for cell in row] for row in elements(table, "tr")]
    assert rows[0][1:3] == ["task", "optimiser"]
    assert sorted(row[1:3] for row in rows[1:]) == [["tiny", "sgd"], ["tiny", "with momentum"]]


def test_diverged_trials_are_crosses_also_where_the_constant_prediction_is_unknown(program):
    folder = SOURCES / "results/quickstart"
    diverged = sum(json.loads(file.read_text())["status"] == "diverged" for file in (folder / "records").glob("*.json"))
    text = reported(program, "html", folder)
    assert text.count('class="cross"') == diverged > 0
    assert "nothing to show yet" not in text
    pictures = json.loads(reported(program, "vega-lite", folder))["vconcat"]
    assert all(picture["data"]["values"] for picture in pictures)  # Vega-Lite cannot lay out one without


def test_memory_that_a_step_in_the_backward_pass_saves_is_in_the_peak(program):
    optimisers = [{"name": "sgd"}, {"name": "sgd", "label": "in backward", "step_in_backward": True}]
    config = program.write(small_config(optimisers=optimisers, task__model={"name": "mlp", "depth": 10, "width": 128}))
    assert program.run("run", config).returncode == 0
    peaks = {cell["optimiser"]: cell["allocator_peak_bytes"] for cell in program.answer("analyse", config)["cells"]}
    assert peaks["in backward"] + 4 * 7 * 128 * 128 < peaks["sgd"]  # gradients of all layers but a few
    head, _, *rows = [line.strip("| ").split(" | ") for line in reported(program, "md", config).splitlines() if line.startswith("|")]
    assert [row[head.index("peak bytes")] for row in rows] == [f"{peaks[name]:,}" for name in ("sgd", "in backward")]
    assert "Peak of tensor memory" in reported(program, "html", config)
    table = program.run("analyse", config).stdout
    assert "peak B" in table and f"{peaks['in backward']:,}" in table and max(map(len, table.splitlines())) <= 80


def test_print_opens_what_is_folded(finished):
    style = elements(parsed(reported(finished, "html")), "style")[0].text
    assert "details::details-content" in style.partition("@media print")[2]


def test_a_config_without_records_makes_a_page_that_says_so(program):
    page = parsed(reported(program, "html", program.write(small_config())))
    assert "missing" in "".join(page.itertext())
