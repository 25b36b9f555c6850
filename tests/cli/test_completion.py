"""What is made from the definition of the command line: completions, tried in real shells, the man page and schemas."""

import os
import pty
import re
import select
import shutil
import subprocess
import time

import pytest

from program import NERO_BENCH, PATIENCE, SOURCES

KINDS = ["experiment", "record", "reference"]


def needs(name):
    return pytest.mark.skipif(shutil.which(name) is None, reason=f"needs {name}")


def help_of(path):
    return subprocess.run([NERO_BENCH, *path, "--help"], capture_output=True, text=True, check=True).stdout


def commands(path=()):
    """Every command that has none below it, as the help lists them."""
    listed = re.search(r"^Subcommands:\n((?:  .*\n)+)", help_of(path), flags=re.MULTILINE)
    if not listed:
        return [path]
    names = re.findall(r"^  (\S+)", listed[1], flags=re.MULTILINE)
    return [found for name in names for found in commands((*path, name))]


def flags(path):
    """The flags that the help of a command names at the beginning of a line."""
    heads = re.findall(r"^  (-[^ ].*)$", help_of(path), flags=re.MULTILINE)
    return {flag for head in heads for flag in re.findall(r"(?:^|,)(--?[a-z][a-z-]*)", head.split(" ")[0])}


COMMANDS = commands()


def test_the_help_was_understood():
    assert ("run",) in COMMANDS and ("data", "verify") in COMMANDS and ("man",) in COMMANDS
    assert {"--shard", "--help", "-h", "--format"} <= flags(("run",))


# Shells ------------------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with one file, and the completions."""
    folder = tmp_path_factory.mktemp("completion")
    (folder / "my config.json").write_text("{}")
    for shell in ("bash", "zsh", "fish"):
        done = subprocess.run([NERO_BENCH, "completion", shell], capture_output=True, text=True, check=True)
        (folder / shell).write_text(done.stdout)
    return folder


def in_bash(folder, words):
    """What bash would offer for the last of the words, which readline breaks at =, too."""
    script = r"""
source ./bash
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
_nero_bench nero-bench "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\n' "${COMPREPLY[@]}"
"""
    done = subprocess.run(["bash", "--norc", "-u", "-c", script, "bash", "nero-bench", *words], cwd=folder, capture_output=True,
                          text=True, check=True)
    assert done.stderr == ""
    return set(done.stdout.split("\n")) - {""}


def in_fish(folder, words):
    line = " ".join(["nero-bench", *words])
    done = subprocess.run(["fish", "--no-config", "-c", f"source ./fish; complete -C '{line}'"], cwd=folder, capture_output=True,
                          text=True, check=True, env={**os.environ, "HOME": str(folder)})
    assert done.stderr == ""
    return {offered.split("\t")[0] for offered in done.stdout.splitlines()}


def in_zsh(folder, words):
    """What stands on the screen of an interactive zsh after Tab was pressed twice, which lists all there is."""
    master, slave = pty.openpty()
    environment = {**os.environ, "HOME": str(folder), "ZDOTDIR": str(folder), "TERM": "dumb", "COLUMNS": "200", "LINES": "60"}
    shell = subprocess.Popen(["zsh", "-f", "-i"], cwd=folder, stdin=slave, stdout=slave, stderr=slave, env=environment,
                             start_new_session=True)
    os.close(slave)

    def read_until(end):
        seen, deadline = "", time.monotonic() + PATIENCE / 4
        while not re.search(end, seen) and time.monotonic() < deadline:
            if select.select([master], [], [], 0.2)[0]:
                seen += os.read(master, 65536).decode(errors="replace")
        return seen

    def type_in(text):
        os.write(master, text.encode())

    try:
        type_in("unsetopt zle_bracketed_paste; PS1='>> '; autoload -Uz compinit; compinit -u -D; source ./zsh; LISTMAX=1000; "
                "zstyle ':completion:*' list-prompt ''; echo rea''dy\n")
        assert "ready" in read_until("ready\r")
        type_in("nero-bench " + " ".join(words) + "\t\t")
        time.sleep(1)
        type_in("\x15echo do''ne\n")  # ^U: the line away
        return set(re.split(r"[\s=]+", read_until("done\r")))
    finally:
        shell.kill()
        shell.wait()
        os.close(master)


SHELLS = [pytest.param(in_bash, marks=needs("bash"), id="bash"), pytest.param(in_zsh, marks=needs("zsh"), id="zsh"),
          pytest.param(in_fish, marks=needs("fish"), id="fish")]


@pytest.mark.parametrize("offered", SHELLS)
def test_shells_offer_commands(folder, offered):
    names = offered(folder, [""])
    assert {path[0] for path in COMMANDS} <= names


@pytest.mark.parametrize("offered", SHELLS)
def test_shells_offer_the_flags_of_a_command(folder, offered):
    assert flags(("check",)) - {"-h"} <= offered(folder, ["check", "--"])


@pytest.mark.parametrize("offered", SHELLS)
def test_shells_offer_the_choices_of_a_flag(folder, offered):
    found = offered(folder, ["run", "x.json", "--format", ""])
    assert {"table", "jsonl", "csv"} <= found and "compare" not in found


@pytest.mark.parametrize("offered", SHELLS)
def test_shells_offer_what_stands_below_a_command(folder, offered):
    assert "verify" in offered(folder, ["data", ""])
    assert {"bash", "zsh", "fish"} <= offered(folder, ["completion", ""])


@pytest.mark.parametrize("offered", SHELLS)
def test_a_command_is_not_looked_for_behind_another(folder, offered):
    assert "optimisers" not in offered(folder, ["plan", "list", "--"])


@needs("bash")
def test_bash_offers_files_and_values_after_an_equals_sign(folder):
    assert in_bash(folder, ["run", "my"]) == {"my config.json"}
    assert in_bash(folder, ["check", "--against", "my"]) == {"my config.json"}
    assert in_bash(folder, ["run", "--format", "=", "js"]) == {"json", "jsonl"}
    assert "csv" in in_bash(folder, ["run", "--format", "="])


@needs("bash")
@pytest.mark.parametrize("path", COMMANDS, ids="-".join)
def test_bash_knows_every_flag_of_every_command(folder, path):
    assert in_bash(folder, [*path, "-"]) == flags(path)


@needs("fish")
@pytest.mark.parametrize("path", COMMANDS, ids="-".join)
def test_fish_knows_every_flag_of_every_command(folder, path):
    assert {flag for flag in flags(path) if flag.startswith("--")} <= in_fish(folder, [*path, "--"])


# The man page ------------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def page():
    return subprocess.run([NERO_BENCH, "man"], capture_output=True, text=True, check=True).stdout


@needs("groff")
def test_the_man_page_names_every_command_and_flag(page):
    done = subprocess.run(["groff", "-man", "-Tutf8", "-Kutf8", "-ww", "-rLL=200n", "-P-cbou"], input=page, capture_output=True,
                          text=True, check=True)
    assert done.stderr == ""
    text = done.stdout.replace("\u2212", "-").replace("\u2010", "-")
    parts = re.split(r"^   (?=\S)", text[text.index("\nCOMMANDS"):], flags=re.MULTILINE)
    sections = {tuple(part.split("\n")[0].split()): part for part in parts}
    for path in COMMANDS:
        missing = {flag for flag in flags(path) if not re.search(rf"(?<![\w-]){flag}(?![\w-])", sections[path])}
        assert missing == set(), path


@needs("man")
def test_man_shows_the_page_without_warnings(page, tmp_path):
    file = tmp_path / "nero-bench.1"
    file.write_text(page)
    done = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", file], capture_output=True, text=True, check=True,
                          env={**os.environ, "MANPAGER": "cat", "PAGER": "cat", "MANROFFOPT": "-ww", "LC_ALL": "C.UTF-8", "MANWIDTH": "80"})
    assert done.stderr == "" and "EXIT CODES" in done.stdout.upper()


# Schemas -----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("kind", KINDS)
def test_schema_prints_the_shipped_file(program, kind):
    done = program.run("schema", kind)
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout == (SOURCES / f"schemas/{kind}.schema.json").read_text(encoding="utf-8")


def test_schema_is_that_of_experiments_unless_another_is_named(program):
    assert program.run("schema").stdout == program.run("schema", "experiment").stdout
    assert program.run("schema", "nothing").returncode == 2
