"""Names in configs and records may be anything: no output takes them for markup, formulas, statements or commands to a terminal."""

import csv
import io
import json
import re
import sqlite3
import xml.etree.ElementTree as ElementTree

import pytest

from program import Program, changed, signed, small_config

# Markup, a command to a terminal, a new line, a statement, marks that turn the direction of writing, and length.
HOSTILE = "<script>alert(1)</script>\x1b[2J\n|`x`|'); DROP TABLE trials;--\u202ered\u200f\ufeff" + "x" * 10_000
FORMULA = "=cmd()|' /C calc'!A0"
LABELS = [HOSTILE[:150], FORMULA]  # configs take no more than 200 bytes
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f\u0080-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\udc80-\udcff]")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The program after a run whose config has such labels, and whose records were then given worse ones."""
    folder = tmp_path_factory.mktemp("hostile") / "here"
    folder.mkdir()
    program = Program(folder)
    config = small_config(description=HOSTILE, paper=HOSTILE, task__label=HOSTILE[:150], learning_rates=[0.1, 1e30],
                          optimisers=[{"name": "sgd", "label": label} for label in LABELS], protocol__repeat_seeds=[1, 2, 3])
    done = program.run("run", program.write(config))
    assert done.returncode == 0, done.stderr
    for number, file in enumerate(sorted(program.records().values())):
        record = json.loads(file.read_text(encoding="utf-8"))
        record["spec"]["labels"] = {"experiment": HOSTILE, "task": FORMULA, "optimiser": HOSTILE}
        record["environment"].update({"host": HOSTILE, FORMULA: FORMULA, HOSTILE: "x"})
        record["counts"][HOSTILE] = 1
        if number == 0:
            record.update(status="failed", reason=HOSTILE)
        file.write_text(signed(json.dumps(record, sort_keys=True, ensure_ascii=False)), encoding="utf-8")
    done = program.run("check", "config.json", "--against", "reference.json", "--update")
    assert done.returncode == 0, done.stderr
    return program


def printed(program, *arguments):
    done = program.run(*arguments)
    assert done.returncode in (0, 3), done.stderr
    assert not STEERING.search(done.stderr)
    return done.stdout


def harmless(program, *arguments):
    text = printed(program, *arguments)
    assert not STEERING.search(text.replace("\r\n", "\n"))
    return text


TERMINAL = [("status",), ("plan",), ("compare",), ("analyse",), ("check", "--against", "reference.json")]


@pytest.mark.parametrize("arguments", TERMINAL, ids=lambda arguments: arguments[0])
def test_a_terminal_is_sent_nothing_but_text(hostile, arguments):
    command, *more = arguments
    text = harmless(hostile, command, "config.json", *more)
    assert max((len(line) for line in text.splitlines()), default=0) < 2100


@pytest.mark.parametrize("command", ["report", "compare", "analyse"])
def test_a_spreadsheet_finds_fields_and_no_formula(hostile, command):
    names, *rows = csv.reader(io.StringIO(harmless(hostile, command, "config.json", "--format", "csv"), newline=""))
    assert rows and all(len(row) == len(names) for row in rows)
    for field in [*names, *(field for row in rows for field in row)]:
        assert field[:1] not in ("=", "+", "@") and (field[:1] != "-" or re.fullmatch(r"-(inf|[\d.e+-]+)", field)), field
    assert any(field.startswith("'=cmd()") for row in rows for field in row)


@pytest.mark.parametrize("arguments", [("report",), ("compare",), ("analyse",), ("check", "--against", "reference.json")],
                         ids=lambda arguments: arguments[0])
def test_markdown_has_rows_and_no_markup_of_others(hostile, arguments):
    command, *more = arguments
    text = harmless(hostile, command, "config.json", *more, "--format", "md")
    assert "<" not in re.sub(r"`[^`]*`", "", text.replace("<br>", ""))
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert tables and all(line.endswith("|") for line in tables)
    assert len({len(re.findall(r"(?<!\\)\|", line)) for line in tables}) == 1


def test_a_page_has_no_element_or_attribute_of_theirs(hostile):
    page = ElementTree.fromstring(harmless(hostile, "report", "config.json", "--format", "html").removeprefix("<!DOCTYPE html>"))
    assert not [found.tag for found in page.iter() if found.tag.endswith("script")]
    assert not [name for found in page.iter() for name in found.attrib if name.startswith("on") or name in ("src", "href")]
    assert "<script>alert(1)</script>" in "".join(page.itertext())


def test_junit_is_well_formed(hostile):
    suite = ElementTree.fromstring(harmless(hostile, "check", "config.json", "--against", "reference.json", "--format", "junit").encode())
    assert not [found.tag for found in suite.iter() if found.tag not in ("testsuites", "testsuite", "testcase", "failure", "skipped",
                                                                           "system-out", "properties", "property")]


def test_a_database_gets_a_table_of_trials_and_no_other_statement(hostile):
    database = sqlite3.connect(":memory:")
    database.executescript(harmless(hostile, "report", "config.json", "--format", "sql"))
    assert database.execute("SELECT name FROM sqlite_master").fetchall() == [("trials",)]
    assert database.execute("SELECT count(*) FROM trials").fetchone() == (len(hostile.records()),)
    assert database.execute('SELECT "environment.host" FROM trials').fetchone()[0].startswith("<script>alert(1)</script>")


@pytest.mark.parametrize("arguments", [("report", "jsonl"), ("report", "vega-lite"), ("compare", "json"), ("analyse", "jsonl")], ids="-".join)
def test_json_has_no_bare_control_character(hostile, arguments):
    command, form = arguments
    text = printed(hostile, command, "config.json", "--format", form)
    assert not re.search("[\x00-\x09\x0b-\x1f]", text)
    for document in text.splitlines() if form == "jsonl" else [text]:
        json.loads(document)


@pytest.mark.parametrize("change", [{"name": HOSTILE}, {"task.label": HOSTILE}, {"optimisers.0.label": HOSTILE},
                                    {"optimisers.0.name": HOSTILE}, {f"task.{HOSTILE.replace('.', '')}": 1}],
                         ids=lambda change: next(iter(change))[:20])
def test_a_config_that_is_refused_is_refused_in_plain_text(program, change):
    done = program.run("plan", program.write(changed(small_config(), change)))
    assert done.returncode == 2 and done.stdout == ""
    assert not STEERING.search(done.stderr) and 0 < len(done.stderr) < 12_000
