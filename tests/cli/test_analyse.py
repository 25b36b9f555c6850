"""nero-bench analyse on the published sweep of 100 layers and on committed records; nothing is trained."""

import csv
import io
import json
import os
import re
import shutil
import subprocess

import pytest

from program import SOURCES, signed

PUBLISHED = "published"
LONGEST_LINE = 80


@pytest.fixture
def published(program):
    subprocess.run([os.environ["NERO_BENCH_WRITE_PUBLISHED_SWEEP"], program.folder / PUBLISHED], check=True)
    return program


def analysed(program, *arguments):
    done = program.run("analyse", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def cells_by_optimiser(program, *arguments):
    return {cell["optimiser"]: cell for cell in program.answer("analyse", *arguments)["cells"]}


def test_what_never_learns_gets_that_word_in_place_of_every_figure(published):
    cells = cells_by_optimiser(published, PUBLISHED)
    for name in ("adam", "sgd"):
        assert cells[name]["standing"] == cells[name]["sensitivity"] == cells[name]["target"] == "never_learns"
    assert cells["nero"]["sensitivity"]["shared_grid"]["value"]["value"] == pytest.approx(0.5394, abs=1e-12)
    assert cells["lamb"]["sensitivity"]["shared_grid"]["value"]["value"] == pytest.approx(0.327775, abs=1e-12)
    assert cells["nero"]["sensitivity"]["shared_grid"]["value"]["interval"] == "too few"


def test_a_default_rate_that_fails_is_flagged(published):
    cells = cells_by_optimiser(published, PUBLISHED)
    assert cells["nero"]["default"]["fails"] is True
    assert cells["nero"]["default"]["learning_rate"] == 0.01
    assert ".147 fails" in analysed(published, PUBLISHED)


def test_a_spreadsheet_cannot_take_what_never_learns_for_insensitive(published):
    rows = list(csv.DictReader(io.StringIO(analysed(published, PUBLISHED, "--format", "csv"))))
    assert [row["optimiser"] for row in rows] == ["nero", "lamb", "adam", "sgd"]
    for column in rows[0]:
        if column.startswith(("sensitivity.", "target.")):
            assert rows[2][column] == rows[3][column] == "never_learns", column
            assert "never_learns" not in rows[0][column]


def test_json_lines_and_markdown_have_a_line_an_optimiser(published):
    lines = analysed(published, PUBLISHED, "--format", "jsonl").splitlines()
    assert [json.loads(line)["optimiser"] for line in lines] == ["nero", "lamb", "adam", "sgd"]
    text = analysed(published, PUBLISHED, "--format", "md")
    assert sum(line.startswith("|") for line in text.splitlines()) == 6 and "Usable decades: " in text  # and how to read it


def test_the_table_fits_a_terminal_and_explains_its_words(published):
    table = analysed(published, PUBLISHED)
    assert max(map(len, table.splitlines())) <= LONGEST_LINE
    for line in ("never_learns  does not beat the constant prediction", "too few  seeds for an interval",
                 "intervals: for new seeds on the same task"):
        assert line in table
    assert "new tasks like these" not in table  # there is one task


def test_without_a_trivial_predictor_nothing_is_judged(program):
    """As in records from before it was recorded."""
    folder = program.folder / "older"
    shutil.copytree(SOURCES / "results/quickstart", folder)
    for record in (folder / "records").iterdir():
        record.write_text(signed(re.sub(r',\s*"trivial\.[^"]+":\s*[^,}\s]+', "", record.read_text())))
    cells = program.answer("analyse", folder)["cells"]
    assert {cell["standing"] for cell in cells} == {"no_trivial_predictor"}
    assert "--trivial-score" in analysed(program, folder)
    judged = program.answer("analyse", folder, "--trivial-score", "0.1")
    assert {cell["standing"] for cell in judged["cells"]} == {"learns", "never_learns"}
    assert {line["tasks"] for line in judged["over_tasks"]} == {3}
    assert judged["intervals_are_for"]["over_tasks"].startswith("new tasks like these")
    table = " ".join(analysed(program, folder, "--trivial-score", "0.1").split())
    assert "intervals: for new tasks like these" in table


@pytest.mark.parametrize("arguments", [["--margin", "2"], ["--confidence", "1"], ["--window", "0"], ["--format", "xml"],
                                       ["--confidence", "nan"], ["--tolerance", "nan"], ["--window", "inf"], ["--target", "nan"],
                                       ["--trivial-score", "nan"], ["--trivial-score", "5"], ["--target", "-3"]])
def test_options_out_of_range_are_usage_errors(program, arguments):
    assert program.run("analyse", SOURCES / "results/quickstart", *arguments).returncode == 2
