"""A config that cannot be run is refused at once: exit code 2, a message that helps, and nothing written."""

import json
import time

import pytest

from program import small_config

# A case: what is wrong, the config, the place that the message names, and what it says of expectation and remedy.
def case(name, config, place, *says):
    return pytest.param(config, place, says, id=name)


def text_case(name, text, place, *says):
    return pytest.param(text.encode() if isinstance(text, str) else text, place, says, id=name)


def without(key):
    config = small_config()
    del config[key]
    return config


def inserted(key_value):
    """The text of the small config with one more entry in front."""
    return json.dumps(small_config()).replace("{", "{" + key_value + ", ", 1)


TWO_OPTIMISERS = [{"name": "sgd"}, {"name": "sgd"}]
DEEP_PATH = "task." + ".".join("a" * 100_000)
WIDE_AXES = {f"task.model.option{i}": list(range(100)) for i in range(4)}

WRONG_TYPES = [
    case("list_for_an_object", [1], "the top", "expected an object", "write {…}"),
    case("number_for_a_name", small_config(name=5), "name", "expected a text", "correct the value"),
    case("text_for_a_task", small_config(task="mnist"), "task", "expected an object", "write {…}"),
    case("list_for_data", small_config(task__data=[]), "task.data", "expected an object", "write {…}"),
    case("number_for_a_data_set", small_config(task__data__name=1), "task.data.name", "expected a text", "correct"),
    case("text_for_samples", small_config(task__data__train_samples="40"), "task.data.train_samples",
         "expected a whole number in [1, 10000000]", "default"),
    case("fraction_for_a_depth", small_config(task__model__depth=2.5), "task.model.depth", "expected a whole number", "correct"),
    case("null_for_a_model", small_config(task__model=None), "task.model", "expected an object", "write {…}"),
    case("text_for_a_flag", small_config(optimisers=[{"name": "sgd", "nesterov": "yes"}]), "optimisers[0].nesterov",
         "expected true or false", "default false"),
    case("object_for_optimisers", small_config(optimisers={"name": "sgd"}), "optimisers", "expected a list", "write [{…}]"),
    case("text_for_an_optimiser", small_config(optimisers=["sgd"]), "optimisers[0]", "expected an object", "write {…}"),
    case("text_for_a_schedule", small_config(schedule="cosine"), "schedule", "expected an object", "write {…}"),
    case("text_for_a_factor", small_config(schedule__factor="0.9"), "schedule.factor", "expected a number", "correct"),
    case("number_for_a_budget", small_config(budget=6), "budget", "expected an object", "write {…}"),
    case("text_for_epochs", small_config(budget__epochs="6"), "budget.epochs", "expected a whole number", "correct"),
    case("list_for_a_protocol", small_config(protocol=[0]), "protocol", "expected an object", "write {…}"),
    case("number_for_seeds", small_config(protocol__search_seeds=0), "protocol.search_seeds", "expected a list", "default [0]"),
    case("text_for_a_selection", small_config(protocol__select="accuracy"), "protocol.select", "expected an object", "write {…}"),
    case("number_for_evaluate", small_config(evaluate=1), "evaluate", "expected a list, each a text", 'default ["test"]'),
    case("number_for_record_steps", small_config(record_steps=1), "record_steps", "expected true or false", "default false"),
]

UNKNOWN_KEYS = [
    case("key_at_the_top", small_config(learning_rate=0.1), "learning_rate", "unknown key", "did you mean 'learning_rates'?"),
    case("key_in_the_task", small_config(task__batchsize=10), "task.batchsize", "unknown key", "did you mean 'batch_size'?"),
    case("key_in_the_data", small_config(task__data__sides=4), "task.data.sides", "unknown key", "did you mean 'side'?"),
    case("key_in_the_model", small_config(task__model__dept=2), "task.model.dept", "unknown key", "did you mean 'depth'?"),
    case("key_in_an_optimiser", small_config(optimisers=[{"name": "sgd"}, {"name": "nero", "betta": 0.9}]),
         "optimisers[1].betta", "unknown key", "did you mean 'beta'?"),
    case("key_in_the_schedule", small_config(schedule__factr=0.9), "schedule.factr", "unknown key", "did you mean 'factor'?"),
    case("key_in_the_budget", small_config(budget__epoch=2), "budget.epoch", "unknown key", "did you mean 'epochs'?"),
    case("key_in_the_protocol", small_config(protocol__seeds=[0]), "protocol.seeds", "unknown key", "'search_seeds'"),
    case("key_in_the_selection", small_config(protocol__select__splitt="test"), "protocol.select.splitt", "unknown key",
         "did you mean 'split'?"),
    case("key_in_the_grid", small_config(learning_rates={"from": 0.1, "too": 1}), "learning_rates.to", "expected a number in",
         "rename 'too' to 'to'"),
    case("key_unlike_any", small_config(task__model__quux=1), "task.model.quux", "unknown key", "remove it", "'depth'"),
]

UNKNOWN_NAMES = [
    case("unknown_optimiser", small_config(optimisers=[{"name": "adamm"}]), "optimisers[0].name", "expected the name of an optimiser",
         "did you mean 'adam'?"),
    case("unknown_optimiser_unlike_any", small_config(optimisers=[{"name": "lookahead"}]), "optimisers[0].name",
         "expected the name of an optimiser", "there are", "'nero'"),
    case("unknown_task", small_config(task__name="image_clasification"), "task.name", "expected the name of a task",
         "did you mean 'image_classification'?"),
    case("unknown_model", small_config(task__model__name="mpl"), "task.model.name", "expected the name of a model", "'mlp'"),
    case("unknown_data_set", small_config(task__data={"name": "fashion-mnist"}), "task.data.name",
         "expected the name of a data set", "did you mean 'fashion_mnist'?"),
    case("unknown_schedule", small_config(schedule={"name": "cosin"}), "schedule.name", "expected the name of a schedule",
         "did you mean 'cosine'?"),
    case("unknown_role", small_config(optimisers=[{"name": "nero", "roles": {"modle": {"beta": 0.9}}}]),
         "optimisers[0].roles.modle", "no such role", "'model'"),
    case("unknown_choice", small_config(task__model__init="balance"), "task.model.init", 'expected one of "default", "balanced"',
         "default"),
    case("unknown_metric", small_config(protocol__select__metric="acuracy"), "protocol.select.metric", "expected a metric",
         "did you mean 'accuracy'?"),
    case("unknown_split", small_config(evaluate=["test", "tset"]), "evaluate", "expected 'train', 'train_clean', 'validation' or 'test'",
         "correct"),
    case("no_validation_samples", small_config(evaluate=["test", "validation"]), "evaluate", "'validation' is nothing yet", "validation_samples"),
    case("split_that_is_not_evaluated", small_config(protocol__select__split="train"), "protocol.select.split",
         "expected a split that is evaluated", 'add it to "evaluate"'),
    case("running_metric_of_the_test_split", small_config(protocol__select__metric="running_accuracy"), "protocol.select",
         "train"),
    case("unknown_rule", small_config(protocol__select__rule="last"), "protocol.select.rule", 'expected one of "final", "best"',
         "default"),
]

MISSING = [
    case("nothing_in_it", {}, "name", "expected a text", 'add "name"'),
    case("no_task", without("task"), "task", "expected an object", 'add "task"'),
    case("task_without_a_name", small_config(task={"batch_size": 5}), "task.name", "expected a text", 'add "name"'),
    case("no_optimisers", without("optimisers"), "optimisers", "expected a list of objects", 'add "optimisers"'),
    case("empty_optimisers", small_config(optimisers=[]), "optimisers", "expected a list of at least one", "write [{…}]"),
    case("no_budget", without("budget"), "budget", "expected an object", 'add "budget"'),
    case("empty_budget", small_config(budget={}), "budget.epochs", 'exactly one of "epochs" and "steps"', "write"),
    case("no_learning_rates", without("learning_rates"), "optimisers[0].learning_rates", "expected learning rates", "add"),
    case("empty_grid", small_config(learning_rates=[]), "learning_rates", "expected a list of numbers > 0", "write [0.001, 0.01]"),
    case("empty_axis", small_config(axes={"task.model.depth": []}), "axes.task.model.depth", "a list of at least one value",
         "write [5, 20]"),
    case("no_search_seeds", small_config(protocol__search_seeds=[]), "protocol.search_seeds", "at least one seed", "write [0]"),
]

WRONG_VALUES = [
    case("rate_of_zero", small_config(learning_rates=[0.1, 0]), "learning_rates[1]", "expected a number > 0, found 0", "correct"),
    case("negative_rate", small_config(learning_rates=[-0.1]), "learning_rates[0]", "expected a number > 0, found -0.1", "correct"),
    case("rate_inf_as_a_text", small_config(learning_rates=["inf"]), "learning_rates[0]", "expected a number > 0", "correct"),
    case("duplicate_rates", small_config(learning_rates=[0.1, 0.01, 0.1]), "learning_rates", "rates that differ", "remove"),
    case("grid_from_high_to_low", small_config(learning_rates={"from": 1, "to": 0.1}), "learning_rates.to", "not below", "exchange"),
    case("grid_from_zero", small_config(learning_rates={"from": 0, "to": 1}), "learning_rates.from", "a number in [1e-30, 1e+30]", "correct"),
    case("negative_seed", small_config(protocol__search_seeds=[0, -1]), "protocol.search_seeds[1]", "expected a whole number >= 0, found -1", "default"),
    case("duplicate_seeds", small_config(protocol__repeat_seeds=[1, 1]), "protocol.repeat_seeds", "seeds that differ", "remove"),
    case("seed_beyond_64_bits", small_config(protocol__search_seeds=[2**64]), "protocol.search_seeds", "a whole number", "default"),
    case("two_budgets", small_config(budget__steps=5), "budget.epochs", 'exactly one of "epochs" and "steps"', "remove one of the two, or write the whole, as in --set 'budget={"),
    case("no_epochs", small_config(budget__epochs=0), "budget.epochs", "a whole number in [1, 1000000000]", "correct"),
    case("batch_of_nothing", small_config(task__batch_size=0), "task.batch_size", "a whole number in [1, 1000000]", "default"),
    case("more_samples_than_there_are", small_config(task__data={"name": "mnist", "train_samples": 70000}),
         "task.data.train_samples", "60000"),
    case("beta_of_one", small_config(optimisers=[{"name": "nero", "beta": 1}]), "optimisers[0].beta", "in [0, 1)", "default"),
    case("momentum_in_a_role", small_config(optimisers=[{"name": "sgd", "roles": {"model": {"momentum": -1}}}]),
         "momentum", "a number in [0, 1)", "default"),
    case("two_optimisers_alike", small_config(optimisers=TWO_OPTIMISERS), "optimisers[1].name", "a label that no other", "label"),
    case("task_and_tasks", small_config(tasks=[]), "tasks", 'either "task" or "tasks"', "remove one"),
    case("points_and_rates", small_config(points=[{"optimiser": "sgd", "learning_rate": 1}]), "learning_rates",
         'nothing beside "points"', "remove"),
    case("huge_product", small_config(axes=WIDE_AXES), "optimisers", "at most 100000 trials", "split the experiment"),
    case("axis_of_nothing_known", small_config(axes={"model.depth": [1]}), "axes.model.depth", "that begins with task., optimiser., schedule. or budget.",
         'write it as in "task.model.depth"'),
    case("axis_with_an_empty_part", small_config(axes={"task..depth": [1]}), "axes.task..depth", "expected a path of 2 to 16 elements", "write"),
    case("axis_through_a_number", small_config(axes={"task.batch_size.x": [1]}), "task.batch_size.x",
         "expected objects on the way", "correct the path"),
    case("axis_of_a_hundred_thousand_parts", small_config(axes={DEEP_PATH: [1]}), "axes.task.a.a", "expected a path of 2 to 16 elements", "write"),
    case("axis_with_a_wrong_value", small_config(axes={"task.model.depth": [2, "deep"]}), "task.model.depth",
         "expected a whole number", "correct", "; set by axes.task.model.depth[1]"),
    case("axis_of_an_optimiser_with_a_wrong_value", small_config(optimisers=[{"name": "adam"}, {"name": "sgd", "axes": {"optimiser.momentum": [0.5, 2]}}]),
         "optimisers[1].momentum", "expected a number", "; set by optimisers[1].axes.optimiser.momentum[1]"),
    case("axes_in_one_another", small_config(axes={"task.model": [{"name": "mlp"}], "task.model.depth": [1]}),
         "axes.task.model.depth", "axes that do not lie in one another", "remove it"),
    case("name_with_a_slash", small_config(name="a/b"), "name", "a name of at most 100 letters", "results folder"),
    case("name_that_leads_out", small_config(name=".."), "name", "a name of at most 100 letters", "results folder"),
    case("name_with_an_escape", small_config(name="\x1b[31mred"), "name", "a name of at most 100 letters", "results folder"),
    case("name_too_long", small_config(name="a" * 5000), "name", "a name of at most 100 letters", "results folder"),
]

NOT_JSON = [
    text_case("empty_file", "", "line 1, column 1", "expected JSON", "correct the file"),
    text_case("trailing_comma", '{"name": "a",\n}', "line 2, column 1", "expected JSON", "correct the file"),
    text_case("comment", '{\n// the name\n"name": "a"}', "line 2, column 1", "expected JSON", "no comments"),
    text_case("single_quotes", "{'name': 'a'}", "line 1, column 2", "expected JSON", "double quotes"),
    text_case("two_values", '{"name": "a"} {}', "line 1, column 15", "expected JSON", "correct the file"),
    text_case("truncated", json.dumps(small_config())[:-30], "line 1", "expected JSON", "correct the file"),
    text_case("not_utf8", b'{"name": "\xff\xfe"}', "line 1, column 11", "expected JSON", "correct the file"),
    text_case("utf16", '{"name": "a"}'.encode("utf-16"), "line 1, column 4", "expected JSON, found a zero byte", "correct the file"),
    text_case("nan_literal", inserted('"learning_rates": [NaN]'), "line 1", "expected JSON", "numbers are finite"),
    text_case("infinity_literal", inserted('"learning_rates": [Infinity]'), "line 1", "expected JSON", "numbers are finite"),
    text_case("number_beyond_double", inserted('"rates": [1e999]'), "at rates:", "expected numbers within ±1.8e308, found 1e999", "write a smaller"),
    text_case("duplicate_key", inserted('"name": "other"'), "name", "stands twice", "remove one"),
    text_case("duplicate_key_deep_inside", inserted('"axes": {"a": [{"b": 1, "b": 2}]}'), "axes.a.b", "stands twice", "remove one"),
    text_case("a_million_brackets", "[" * 1_000_000, "", "nested deeper than 64 levels", "flatten"),
    text_case("a_million_objects", '{"a":' * 150_000, "", "nested deeper than 64 levels", "flatten"),
    text_case("zero_bytes", b"{}" + b"\0" * 1000, "line 1, column 3", "expected JSON, found a zero byte", "correct the file"),
]

ALL = WRONG_TYPES + UNKNOWN_KEYS + UNKNOWN_NAMES + MISSING + WRONG_VALUES + NOT_JSON


def refused(program, *arguments, **options):
    """Checks what holds for every refusal; returns the message and the seconds that it took."""
    there_before = sorted(program.folder.rglob("*"))
    start = time.perf_counter()
    done = program.run(*arguments, **options)
    seconds = time.perf_counter() - start
    assert done.returncode == 2, done.stderr[:500]
    assert done.stdout == ""
    assert done.stderr.startswith("error: ") and len(done.stderr) < 2000
    assert sorted(program.folder.rglob("*")) == there_before
    return done.stderr, seconds


@pytest.fixture(scope="module")
def slowest(request):
    """Gathers how long each refusal took, and shows the most."""
    seconds = []
    yield seconds
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\nslowest of {len(seconds)} refusals: {max(seconds):.2f} s (target 1 s)")


@pytest.mark.parametrize("content, place, says", ALL)
def test_run_names_file_place_expectation_and_remedy(program, slowest, content, place, says):
    file = program.folder / "bad.json"
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    message, seconds = refused(program, "run", "bad.json")
    slowest.append(seconds)
    assert "bad.json: " in message
    for part in (place, *says):
        assert part in message
    assert seconds < 3  # the aim is 1 s; other tests may be running


@pytest.mark.parametrize("content, place, says", [UNKNOWN_KEYS[2], UNKNOWN_NAMES[0], MISSING[1], WRONG_VALUES[0], NOT_JSON[0]])
def test_plan_says_the_same(program, content, place, says):
    (program.folder / "bad.json").write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    assert refused(program, "plan", "bad.json")[0] == refused(program, "run", "bad.json")[0]


@pytest.mark.parametrize("command", ["run", "plan", "status", "compare"])
def test_a_file_of_100_megabytes_is_refused_unread(program, slowest, command):
    with open(program.folder / "huge.json", "wb") as file:
        file.truncate(100_000_000)
    message, seconds = refused(program, command, "huge.json")
    slowest.append(seconds)
    assert "huge.json: longer than 1048576 bytes" in message and "is this the right file?" in message
    assert seconds < 3


def test_100_megabytes_on_standard_input_are_refused(program, slowest):
    with open("/dev/zero", "rb") as endless:
        message, seconds = refused(program, "run", "-", stdin=endless)
    slowest.append(seconds)
    assert "longer than 1048576 bytes" in message
    assert seconds < 3


def test_a_file_that_is_not_there_or_no_file_is_refused(program):
    assert "nowhere.json: cannot be opened: No such file or directory; check the path" in refused(program, "run", "nowhere.json")[0]
    (program.folder / "folder.json").mkdir()
    assert "folder.json: not a results folder" in refused(program, "run", "folder.json")[0]
    (program.folder / "folder.json/config.json").mkdir()
    assert "folder.json/config.json: cannot be read: Is a directory" in refused(program, "run", "folder.json")[0]


@pytest.mark.parametrize("override, says", [
    ("budget.epochs", "expected path=value"),
    ("=1", "expected path=value"),
    ("budget..epochs=1", "without empty elements"),
    ("optimisers[0=1", "expected an index in brackets"),
    ("optimisers.7.momentum=0.5", "expected an index from 0 to 0"),
    ("optimisers.first.momentum=0.5", "expected an index from 0 to 0"),
    ("name.first=a", "has no 'first' inside"),
    ("budget={", "expected JSON"),
    ("learning_rates=[1e999]", "found 1e999"),
    ("budget.epochs=many", "at budget.epochs: expected a whole number"),
    ("task.model.dept=3", "did you mean 'depth'?"),
    ("name=../away", "it becomes the name of the results folder"),
    ("task" + ".a" * 50_000 + "=1", "expected a path of at most 64 elements"),
    ("task.model" + "[0]" * 30_000 + "=1", "expected a path of at most 64 elements"),
], ids=lambda value: value[:30] if "=" in value else None)
def test_a_wrong_override_is_named(program, override, says):
    program.write(small_config())
    message, seconds = refused(program, "run", "config.json", "--set", override)
    assert "--set" in message and says in message
    assert seconds < 3
