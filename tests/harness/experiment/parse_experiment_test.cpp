#include <gmock/gmock.h>

#include "harness/experiment/experiment_config.h"
#include "harness/experiment/plan.h"
#include "harness/fixtures.h"
#include "temporary_folder.h"

namespace nero_bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ExperimentConfig, HasDefaults) {
  const auto config = parsed(small_config());
  EXPECT_EQ(config.schedule, Json({{"name", "constant"}}));
  EXPECT_THAT(config.protocol.search_seeds, ElementsAre(0));
  EXPECT_TRUE(config.protocol.repeat_seeds.empty());
  EXPECT_EQ(config.protocol.select.name(), "test.accuracy");
  EXPECT_EQ(config.protocol.select.rule, SelectionRule::kFinal);
  EXPECT_THAT(config.evaluate, ElementsAre("test"));
  EXPECT_FALSE(config.record_steps);
  EXPECT_EQ(config.optimisers[1].label, "sgd");
}

TEST(ExperimentConfig, ReadsEveryKey) {
  const auto config = parsed(Json::parse(R"({
    "$schema": "../schemas/experiment.schema.json", "name": "full.v1_a-b", "description": "d", "paper": "p",
    "tasks": [{"name": "image_classification", "label": "A"}, {"name": "image_classification", "label": "B", "batch_size": 3}],
    "schedule": {"name": "linear", "warm_up": 0.1}, "budget": {"steps": 100},
    "learning_rates": {"from": 0.01, "to": 1},
    "optimisers": [
      {"name": "adam", "label": "Adam", "beta1": 0.5, "learning_rates": [1, 2], "repeat_learning_rate": 0.3, "default_learning_rate": 0.2,
       "axes": {"optimiser.beta2": [0.9, 0.99]}, "roles": {"generator": {"beta1": 0}}}
    ],
    "axes": {"task.model.depth": [1, 2], "schedule.final": [0, 0.1], "budget.steps": [10, 20]},
    "protocol": {"search_seeds": [1, 2], "repeat_seeds": [3], "select": {"metric": "loss", "split": "validation", "rule": "best"}},
    "evaluate": ["train", "validation"], "record_steps": true})"));
  EXPECT_EQ(config.tasks[1].label, "B");
  EXPECT_EQ(config.tasks[1].component, Json({{"name", "image_classification"}, {"batch_size", 3}}));
  EXPECT_EQ(config.optimisers[0].component,
            Json::parse(R"({"name": "adam", "beta1": 0.5, "roles": {"generator": {"beta1": 0}}})"));
  EXPECT_EQ(config.optimisers[0].repeat_learning_rate, 0.3);
  EXPECT_EQ(config.optimisers[0].default_learning_rate, 0.2);
  EXPECT_THAT(config.learning_rates, ElementsAre(0.01, 0.1, 1.0));
  EXPECT_EQ(config.protocol.select.name(), "validation.loss");
  EXPECT_EQ(config.protocol.select.rule, SelectionRule::kBest);
  EXPECT_EQ(parsed(to_json(config)).source, config.source);
}

TEST(ExperimentConfig, AsUnderstoodMeansTheSame) {
  auto json = small_config();
  json["axes"] = {{"task.model.depth", {5, 20}}};
  json["optimisers"][1]["axes"] = {{"optimiser.momentum", {0, 0.9}}};
  json["protocol"] = {{"repeat_seeds", {1, 2}}};
  const Json understood = to_json(parsed(json));
  EXPECT_EQ(to_json(parsed(understood)), understood);
  const auto plan = plan_trials(parsed(json), {});
  const auto again = plan_trials(parsed(understood), {});
  ASSERT_EQ(plan.size(), again.size());
  for (std::size_t i = 0; i < plan.size(); ++i) EXPECT_EQ(to_json(plan[i]), to_json(again[i]));
}

TEST(ExperimentConfig, AsUnderstoodKeepsPoints) {
  auto json = small_config();
  json.erase("learning_rates");
  json["points"] = {{{"optimiser", "sgd"}, {"learning_rate", 0.1}, {"task.model.depth", 3}}};
  const Json understood = to_json(parsed(json));
  EXPECT_EQ(understood.at("points"), json.at("points"));
  EXPECT_EQ(to_json(parsed(understood)), understood);
}

TEST(LoadExperiment, AppliesOverridesBeforeReading) {
  const TemporaryFolder folder;
  write_file(folder.path() / "c.json", small_config().dump());
  const std::vector<std::string> overrides{"name=other", "protocol.repeat_seeds=[5]", "optimisers.0.label=Adam"};
  const auto config = load_experiment(folder.path() / "c.json", overrides);
  EXPECT_EQ(config.name, "other");
  EXPECT_THAT(config.protocol.repeat_seeds, ElementsAre(5));
  EXPECT_EQ(config.optimisers[0].label, "Adam");
}

TEST(LoadExperiment, NamesTheFile) {
  const TemporaryFolder folder;
  write_file(folder.path() / "c.json", "{\"name\": 3}");
  EXPECT_THAT(error_of([&] { load_experiment(folder.path() / "c.json"); }), HasSubstr("c.json: at name"));
  EXPECT_THAT(error_of([&] { load_experiment(folder.path() / "d.json"); }), HasSubstr("d.json"));
}

TEST(LoadExperiment, RefusesAHugeFile) {
  const TemporaryFolder folder;
  write_file(folder.path() / "c.json", std::string((1 << 20) + 1, ' '));
  EXPECT_THAT(error_of([&] { load_experiment(folder.path() / "c.json"); }), HasSubstr("longer than"));
}

// One change of the small config, and what the message must name: path, expectation, remedy.
struct Malformed {
  const char* name;
  const char* patch;  // RFC 7386; null removes
  std::vector<const char*> fragments;
};

class MalformedConfig : public ::testing::TestWithParam<Malformed> {};

TEST_P(MalformedConfig, IsRefusedWithPathExpectationAndRemedy) {
  Json json = small_config();
  json.merge_patch(Json::parse(GetParam().patch));
  const auto message = error_of([&] { parsed(json); });
  EXPECT_THAT(message, HasSubstr("test.json"));
  for (const char* fragment : GetParam().fragments) EXPECT_THAT(message, HasSubstr(fragment));
  EXPECT_LT(message.size(), 1000U);
}

const std::vector<Malformed> kMalformed{
    {"MissingName", R"({"name": null})", {"at name", "a text", "add \"name\""}},
    {"NameOfWrongType", R"({"name": 3})", {"at name", "a text", "found 3", "correct"}},
    {"NameWithASlash", R"({"name": "../x"})", {"at name", "letters, digits", "found \"../x\"", "results folder"}},
    {"NameIsTheParentFolder", R"({"name": ".."})", {"at name", "other than '.' and '..'"}},
    {"EmptyName", R"({"name": ""})", {"at name", "letters, digits"}},
    {"UnknownKey", R"({"optimizers": []})", {"at optimizers", "unknown key", "did you mean 'optimisers'?"}},
    {"MissingTask", R"({"task": null})", {"at task", "an object", "add \"task\""}},
    {"TaskOfWrongType", R"({"task": "mnist"})", {"at task", "an object", "found \"mnist\""}},
    {"TaskWithoutName", R"({"task": {"name": null}})", {"at task.name", "a text", "add \"name\""}},
    {"TaskWithEmptyName", R"({"task": {"name": ""}})", {"at task.name", "nero-bench list"}},
    {"TaskAndTasks", R"({"tasks": [{"name": "a", "label": "A"}]})", {"at tasks", "either", "remove"}},
    {"TasksWithoutLabels",
     R"({"task": null, "tasks": [{"name": "a"}]})",
     {"at tasks[0].label", "a text", "add \"label\""}},
    {"TasksWithEqualLabels",
     R"({"task": null, "tasks": [{"name": "a", "label": "A"}, {"name": "b", "label": "A"}]})",
     {"at tasks[1].label", "no other task", "choose another"}},
    {"NoTasks", R"({"task": null, "tasks": []})", {"at tasks", "at least one object"}},
    {"MissingBudget", R"({"budget": null})", {"at budget", "add \"budget\""}},
    {"BudgetOfZero", R"({"budget": {"epochs": 0}})", {"at budget.epochs", "[1,", "found 0"}},
    {"BudgetOfAFraction", R"({"budget": {"epochs": 1.5}})", {"at budget.epochs", "a whole number", "found 1.5"}},
    {"BudgetTwice", R"({"budget": {"steps": 3}})", {"at budget.epochs", "exactly one", "write"}},
    {"BudgetWithUnknownKey", R"({"budget": {"epoch": 3}})", {"at budget.epoch", "unknown key"}},
    {"ScheduleOfWrongType", R"({"schedule": "cosine"})", {"at schedule", "an object"}},
    {"ScheduleWithoutName", R"({"schedule": {"factor": 2}})", {"at schedule.name", "add \"name\""}},
    {"RateOfZero", R"({"learning_rates": [0.1, 0]})", {"at learning_rates[1]", "> 0", "found 0;"}},
    {"NegativeRate", R"({"learning_rates": [0.1, -0.1]})", {"at learning_rates", "> 0", "-0.1"}},
    {"RateAsText", R"({"learning_rates": ["0.1"]})", {"at learning_rates[0]", "expected a number", "correct"}},
    {"RateTwice", R"({"learning_rates": [0.1, 0.10]})", {"at learning_rates", "differ", "remove one of the two 0.1"}},
    {"NoRates", R"({"learning_rates": []})", {"at learning_rates", "a list of numbers", "write"}},
    {"RatesMissing",
     R"({"learning_rates": null})",
     {"at optimisers[0].learning_rates", "found nothing", "add \"learning_rates\""}},
    {"GridUpsideDown",
     R"({"learning_rates": {"from": 1, "to": 0.1}})",
     {"at learning_rates.to", "not below", "exchange"}},
    {"GridWithoutEnd", R"({"learning_rates": {"from": 1}})", {"at learning_rates.to", "add \"to\""}},
    {"NoOptimisers", R"({"optimisers": []})", {"at optimisers", "at least one object", "write"}},
    {"OptimisersMissing", R"({"optimisers": null})", {"at optimisers", "a list of objects", "add \"optimisers\""}},
    {"OptimiserOfWrongType", R"({"optimisers": ["adam"]})", {"at optimisers[0]", "an object", "found \"adam\""}},
    {"OptimiserWithoutName", R"({"optimisers": [{"beta": 1}]})", {"at optimisers[0].name", "add \"name\""}},
    {"OptimisersWithEqualLabels",
     R"({"optimisers": [{"name": "adam"}, {"name": "adam", "beta1": 0}]})",
     {"at optimisers[1].name", "no other optimiser", "another \"label\""}},
    {"OptimiserWithOneRate",
     R"({"optimisers": [{"name": "adam", "learning_rate": 0.1}]})",
     {"at optimisers[0].learning_rate", "\"learning_rates\"", "write"}},
    {"RepeatRateOfZero",
     R"({"optimisers": [{"name": "adam", "repeat_learning_rate": 0}]})",
     {"at optimisers[0].repeat_learning_rate", "> 0"}},
    {"EmptyLabel", R"({"optimisers": [{"name": "adam", "label": ""}]})", {"at optimisers[0].label", "1 to 200"}},
    {"AxesOfWrongType", R"({"axes": [1]})", {"at axes", "an object"}},
    {"NoAxes", R"({"axes": {}})", {"at axes", "at least one axis", "remove the key"}},
    {"AxisOutsideTheComponents",
     R"({"axes": {"model.depth": [1]}})",
     {"at axes.model.depth", "task., optimiser., schedule. or budget.", "task.model.depth"}},
    {"AxisOfAWholeComponent", R"({"axes": {"task": [1]}})", {"at axes.task", "begins with task."}},
    {"AxisWithAnEmptyElement", R"({"axes": {"task..depth": [1]}})", {"at axes.task..depth", "a path"}},
    {"AxisOverRates",
     R"({"axes": {"optimiser.learning_rate": [1]}})",
     {"at axes.optimiser.learning_rate", "learning_rates"}},
    {"AxisWithoutValues",
     R"({"axes": {"task.model.depth": []}})",
     {"at axes.task.model.depth", "at least one value", "write [5, 20]"}},
    {"AxisWithOneValueUnlisted",
     R"({"axes": {"task.model.depth": 5}})",
     {"at axes.task.model.depth", "a list", "found 5"}},
    {"AxisWithEqualValues",
     R"({"axes": {"task.model.depth": [5, 5]}})",
     {"at axes.task.model.depth", "differ", "remove"}},
    {"AxisInsideAnother",
     R"({"axes": {"task.model": [{}], "task.model.depth": [5]}})",
     {"at axes.task.model.depth", "in one another", "remove it"}},
    {"AxisThroughANumber",
     R"({"axes": {"task.model.depth.more": [5]}})",
     {"at task.model.depth.more", "expected objects", "correct the path"}},
    {"AxisThatRenamesToANumber", R"({"axes": {"task.name": [5]}})", {"at task.name", "expected a text"}},
    {"AxisOfABadBudget", R"({"axes": {"budget.epochs": [1, 0]}})", {"at budget.epochs", "found 0"}},
    {"OwnAxisThatIsGlobal",
     R"({"axes": {"task.model.depth": [5]}, "optimisers": [{"name": "sgd", "axes": {"task.model.depth": [6]}}]})",
     {"at optimisers[0].axes", "other axes", "remove one"}},
    {"ProtocolWithUnknownKey", R"({"protocol": {"seeds": [1]}})", {"at protocol.seeds", "unknown key"}},
    {"NoSearchSeeds",
     R"({"protocol": {"search_seeds": []}})",
     {"at protocol.search_seeds", "at least one seed", "write [0]"}},
    {"NegativeSeed", R"({"protocol": {"search_seeds": [-1]}})", {"at protocol.search_seeds", ">= 0"}},
    {"SeedTwice", R"({"protocol": {"repeat_seeds": [1, 1]}})", {"at protocol.repeat_seeds", "differ", "remove"}},
    {"SeedAsFraction",
     R"({"protocol": {"repeat_seeds": [1.5]}})",
     {"at protocol.repeat_seeds[0]", "expected a whole number"}},
    {"UnknownMetric",
     R"({"protocol": {"select": {"metric": "acuracy"}}})",
     {"at protocol.select.metric", "a metric", "did you mean 'accuracy'?"}},
    {"UnknownRule",
     R"({"protocol": {"select": {"rule": "last"}}})",
     {"at protocol.select.rule", "\"final\", \"best\"", "default \"final\""}},
    {"SplitThatIsNotEvaluated",
     R"({"protocol": {"select": {"split": "validation"}}})",
     {"at protocol.select.split", "evaluated", "add it to \"evaluate\""}},
    {"EvaluateWithoutTheDefaultSplit", R"({"evaluate": ["train"]})", {"at protocol.select.split", "evaluated"}},
    {"EvaluateTwice", R"({"evaluate": ["test", "test"]})", {"at evaluate", "differ", "remove"}},
    {"EvaluateAsText", R"({"evaluate": "test"})", {"at evaluate", "a list, each a text"}},
    {"RecordStepsAsNumber", R"({"record_steps": 1})", {"at record_steps", "true or false", "default false"}},
    {"PointsAndRates",
     R"({"points": [{"optimiser": "adam", "learning_rate": 1}]})",
     {"at learning_rates", "beside \"points\"", "remove"}},
    {"PointOfUnknownOptimiser",
     R"({"learning_rates": null, "points": [{"optimiser": "adan", "learning_rate": 1}]})",
     {"at points[0].optimiser", "did you mean 'adam'?", "'sgd'"}},
    {"PointWithoutRate",
     R"({"learning_rates": null, "points": [{"optimiser": "adam"}]})",
     {"at points[0].learning_rate", "> 0", "add"}},
    {"PointWithUnknownKey",
     R"({"learning_rates": null, "points": [{"optimiser": "adam", "learning_rate": 1, "depth": 3}]})",
     {"at points[0].depth", "unknown key"}},
    {"PointTwice",
     R"({"learning_rates": null, "points": [{"optimiser": "adam", "learning_rate": 1}, {"learning_rate": 1.0, "optimiser": "adam"}]})",
     {"at points[1].optimiser", "differ", "remove one"}},
    {"NoPoints", R"({"learning_rates": null, "points": []})", {"at points", "at least one object"}},
    {"OwnRatesBesidePoints",
     R"({"learning_rates": null, "points": [{"optimiser": "adam", "learning_rate": 1}], "optimisers": [{"name": "adam", "learning_rates": [1]}]})",
     {"at optimisers[0].learning_rates", "beside \"points\""}},
};

INSTANTIATE_TEST_SUITE_P(Config, MalformedConfig, ::testing::ValuesIn(kMalformed),
                         [](const auto& one) { return one.param.name; });

TEST(ExperimentConfig, RefusesAHugeProductWithoutMakingIt) {
  auto json = small_config();
  Json values = Json::array();
  for (int i = 0; i < 1000; ++i) values.push_back(i);
  for (const char* path : {"task.a", "task.b", "task.c", "task.d", "task.e", "task.f"}) json["axes"][path] = values;
  EXPECT_THAT(error_of([&] { parsed(json); }), HasSubstr("at most 100000 trials"));
}

TEST(ExperimentConfig, RefusesToCopyALargeTaskIntoManyCells) {
  auto json = small_config();
  json["task"]["text"] = std::string(500'000, 'x');
  Json values = Json::array();
  for (int i = 0; i < 10'000; ++i) values.push_back(i);
  json["axes"]["task.a"] = values;
  EXPECT_THAT(error_of([&] { parsed(json); }), HasSubstr("split the experiment"));
}

TEST(ExperimentConfig, ShowsNoMoreThanAPieceOfAHugeValue) {
  auto json = small_config();
  json["task"] = std::string(900'000, 'x');
  EXPECT_LT(error_of([&] { parsed(json); }).size(), 500U);
}

}  // namespace
}  // namespace nero_bench
