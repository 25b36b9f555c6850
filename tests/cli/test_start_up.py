"""The program starts at once and without LibTorch, and its commands work."""

import subprocess
import time

import pytest

from program import NERO_BENCH, SHIPPED_CONFIGS, small_config

COMMANDS = ["run", "plan", "status", "compare", "list", "data", "doctor"]


def test_links_no_libtorch():
    libraries = subprocess.run(["ldd", NERO_BENCH], capture_output=True, text=True, check=True).stdout
    assert "libstdc++" in libraries
    for name in ("torch", "libc10", "cuda"):
        assert name not in libraries


def test_help_takes_milliseconds(program, capsys):
    seconds = []
    for _ in range(20):
        start = time.perf_counter()
        assert program.run("--help").returncode == 0
        seconds.append(time.perf_counter() - start)
    with capsys.disabled():
        print(f"\nnero-bench --help: best of 20 {min(seconds) * 1e3:.1f} ms (target 20 ms)")
    assert min(seconds) < 0.1  # five times the target: other tests may be running


def test_help_names_every_command_and_the_exit_codes(program):
    done = program.run("--help")
    assert done.stderr == ""
    for name in [*COMMANDS, "Exit codes"]:
        assert name in done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_help(program, command):
    done = program.run(command, "--help")
    assert done.returncode == 0 and done.stderr == "" and "--help" in done.stdout


def test_version_names_version_and_commit(program):
    assert program.run("--version").stdout.startswith("0.")


@pytest.mark.parametrize("arguments", [[], ["rum"], ["run"], ["run", "a.json", "--jobs", "0"], ["list", "optimizers"],
                                       ["compare", "a.json", "--format", "xml"], ["run", "a.json", "--fast"]])
def test_wrong_usage_is_exit_code_2_with_a_message(program, arguments):
    done = program.run(*arguments)
    assert done.returncode == 2 and done.stdout == "" and done.stderr != ""


@pytest.mark.parametrize("config", SHIPPED_CONFIGS, ids=lambda file: file.stem)
def test_plans_every_shipped_config(program, config):
    done = program.run("plan", config)
    assert done.returncode == 0, done.stderr
    trials = [line for line in done.stdout.splitlines() if not line.startswith(" ")]  # long labels go on below
    assert len(trials) > 0 and f"{len(trials)} trials to run, 0 records" in done.stderr
    assert list(program.folder.iterdir()) == []


def test_compares_without_any_record(program):
    done = program.run("compare", program.write(small_config()))
    assert done.returncode == 0, done.stderr
    assert "1 not run yet" in done.stdout


def test_lists_every_kind(program):
    done = program.run("list")
    assert done.returncode == 0 and done.stderr == ""
    for name in ("optimisers", "nero", "schedules", "cosine", "tasks", "image_classification", "models",
                 "centred_weight_norm_mlp", "data_sets", "fashion_mnist"):
        assert name in done.stdout


def test_list_names_every_option_with_its_default(program):
    components = program.answer("list")
    assert list(components) == ["data_sets", "models", "optimisers", "schedules", "tasks"]
    for entry in sum(components.values(), []):
        assert entry["name"] and entry["summary"]
        for option in entry["options"]:
            stated = "default" in option or option["required"] or option["type"] == "an object"
            assert option["name"] and option["type"] and stated, (entry["name"], option)


def test_list_of_one_kind_holds_only_that(program):
    assert {"nero", "lamb", "madam", "sgd", "adam", "adamw"} <= {entry["name"] for entry in program.answer("list", "optimisers")}
