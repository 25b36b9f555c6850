"""Repeat seeds that are search seeds, too: told wherever their scores are shown."""

from program import small_config

SEEDS = {"protocol__search_seeds": [0, 1], "protocol__repeat_seeds": [1, 2]}


def test_repeats_on_seeds_of_the_search_are_told_of_everywhere(program):
    config = program.write(small_config(**SEEDS))
    for command in ("plan", "run"):
        done = program.run(command, config)
        assert done.returncode == 0
        assert "at protocol.repeat_seeds: seed 1 is among protocol.search_seeds, too" in done.stderr
        assert "repeat on other seeds, such as [2, 3]" in done.stderr
    table = program.run("compare", config).stdout
    assert "repeats flattered where the search chose their rate, by seed 1, too" in " ".join(table.split())
    assert "* The repeat seed 1 is no fresh one" in program.run("report", config, "--format", "md").stdout
    (cell,) = program.answer("analyse", config)["cells"]
    assert cell["fresh"]["score"]["count"] == 1  # seed 2 alone
    note = program.run("compare", config, config).stdout.replace("\n", " ")
    assert "are, at least in part, those by which the rates were chosen" in note


def test_other_seeds_and_published_rates_are_nothing_to_warn_of(program):
    for optimiser, seeds in (({"name": "sgd"}, [2, 3]), ({"name": "sgd", "repeat_learning_rate": 0.1}, [1, 2])):
        config = program.write(small_config(**{**SEEDS, "protocol__repeat_seeds": seeds}, optimisers=[optimiser]))
        assert "warning" not in program.run("plan", config).stderr
