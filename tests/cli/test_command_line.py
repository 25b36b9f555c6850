"""What the command line says of itself: help and lists within 80 columns, and what was meant by a mistyped word."""

import re

import pytest

from program import small_config


def commands_below(program, *path):
    """Every command, asked of the program itself, so that no new one is forgotten."""
    text = program.run(*path, "--help").stdout.partition("Subcommands:")[2].partition("Exit codes")[0]
    for name in re.findall(r"^  (\S+)", text, flags=re.MULTILINE):
        yield (*path, name)
        yield from commands_below(program, *path, name)


def test_help_of_every_command_and_list_fit_in_80_columns(program):
    commands = [(), *commands_below(program)]
    assert ("run",) in commands and ("data", "verify") in commands and len(commands) >= 17
    for arguments in [*[(*command, "--help") for command in commands], ("list",)]:
        done = program.run(*arguments)
        assert done.returncode == 0 and done.stderr == ""
        assert [line for line in done.stdout.splitlines() if len(line) > 80] == [], arguments


def test_list_says_what_every_option_means(program):
    listed = program.answer("list")
    descriptions = {
        (kind, component["name"], option["name"]): option["description"]
        for kind, components in listed.items()
        for component in components
        for option in component["options"]
    }
    assert len(descriptions) >= 100
    assert [option for option, text in descriptions.items() if not 10 <= len(text) <= 90] == []
    shown = " ".join(program.run("list").stdout.split())
    assert [text for text in descriptions.values() if text not in shown] == []


def test_help_breaks_descriptions_below_their_beginning(program):
    lines = program.run("run", "--help").stdout.splitlines()
    at = lines.index("  --fail-fast Excludes: --max-failures --keep-going")
    assert lines[at + 1] == " " * 30 + "stop at the first trial that fails"
    assert lines[1] == "Usage: nero-bench run [OPTIONS] experiment"


@pytest.mark.parametrize("arguments, said", [
    (["run", "--job", "2", "config.json"], "--job: 'nero-bench run' has no such option; did you mean '--jobs'?"),
    (["run", "config.json", "--job=2"], "--job: 'nero-bench run' has no such option; did you mean '--jobs'?"),
    (["check", "config.json", "--agianst", "x"], "--agianst: 'nero-bench check' has no such option; did you mean '--against'?"),
    (["status", "config.json", "--jobs", "2"], "--jobs: 'nero-bench status' has no such option; it is one of 'run';"),
    (["run", "config.json", "-j", "2"], "-j: 'nero-bench run' has no such option; 'nero-bench run --help' lists"),
    (["--frob"], "--frob: 'nero-bench' has no such option; 'nero-bench --help' lists"),
    (["data", "verfy"], "'verfy': expected a command, did you mean 'verify'?"),
    (["compair", "--job"], "'compair': expected a command, did you mean 'compare'?"),
    (["plan", "config.json", "other.json"], "'other.json': 'nero-bench plan' takes no further argument"),
    (["run", "config.json", "--jobs", "x"], "--jobs: Value x not in range"),
    (["run"], "experiment is required"),
])
def test_a_mistyped_word_is_named_with_what_may_be_meant(program, arguments, said):
    program.write(small_config())
    done = program.run(*arguments)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith("error: " + said)
    assert not (program.folder / "runs").exists()
