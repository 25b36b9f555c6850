#include "trial/trial_spec.h"

#include <gmock/gmock.h>

#include "harness/fixtures.h"

namespace nero_bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

TrialSpec example() {
  TrialSpec spec;
  spec.task = {{"name", "image_classification"}, {"model", {{"name", "mlp"}, {"depth", 5}}}};
  spec.optimiser = {{"name", "adam"}};
  spec.schedule = {{"name", "constant"}};
  spec.budget.epochs = 2;
  spec.learning_rate = 0.01;
  spec.seed = 3;
  return spec;
}

// The hash is Python's: hashlib.sha256(json.dumps({"semantics": 1, "spec": …}, sort_keys=True, separators=(",", ":"))).
TEST(TrialId, IsReadableAndTheHashOfTheCanonicalJson) {
  EXPECT_EQ(trial_id(example()), "adam-lr0.01-seed3-cb11a2ea060125fe");
}

TEST(TrialId, DoesNotDependOnLabelsOrTheOrderOfKeys) {
  auto other = example();
  other.labels = {"another experiment", "depth 5", "Adam of the paper"};
  other.task = Json::parse(R"({"model": {"depth": 5, "name": "mlp"}, "name": "image_classification"})");
  EXPECT_EQ(trial_id(other), trial_id(example()));
}

TEST(TrialId, DependsOnEverythingElse) {
  std::vector<TrialSpec> others(9, example());
  others[0].task["model"]["depth"] = 6;
  others[1].optimiser["beta1"] = 0.8;
  others[2].schedule["name"] = "linear";
  others[3].budget = {.epochs = 3, .steps = 0};
  others[4].budget = {.epochs = 0, .steps = 2};
  others[5].learning_rate = 0.02;
  others[6].seed = 4;
  others[7].evaluate = {"train", "test"};
  others[8].record_steps = true;
  for (const auto& other : others) EXPECT_NE(trial_id(other), trial_id(example())) << to_json(other);
}

TEST(TrialId, IsSafeInAFileName) {
  auto spec = example();
  spec.optimiser["name"] = "../../etc/passwd \n" + std::string(200, 'x');
  EXPECT_THAT(trial_id(spec), MatchesRegex("[A-Za-z0-9._-]+"));
  EXPECT_LT(trial_id(spec).size(), 120U);
}

TEST(TrialSpec, SurvivesTheWayThroughJson) {
  auto spec = example();
  spec.evaluate = {"train", "test"};
  spec.record_steps = true;
  spec.labels = {"experiment", "task", "optimiser"};
  const Json json = to_json(spec);
  JsonReader reader(json, "spec");
  EXPECT_EQ(to_json(parse_trial_spec(reader)), json);
}

TEST(TrialSpec, RefusesWhatItDoesNotKnow) {
  Json json = to_json(example());
  json["sead"] = 3;
  EXPECT_THAT(error_of([&] {
                JsonReader reader(json, "spec");
                parse_trial_spec(reader);
              }),
              AllOf(HasSubstr("sead"), HasSubstr("did you mean 'seed'?")));
}

TEST(Budget, IsEitherEpochsOrSteps) {
  const auto parse = [](const Json& json) {
    return error_of([&] { parse_budget(JsonReader(json, "config", "budget")); });
  };
  EXPECT_EQ(parse({{"epochs", 1}}), "no error");
  EXPECT_EQ(parse({{"steps", 1}}), "no error");
  EXPECT_THAT(parse({{"epochs", 1}, {"steps", 1}}), HasSubstr("exactly one"));
  EXPECT_THAT(parse(Json::object()), HasSubstr("exactly one"));
  EXPECT_THAT(parse({{"epochs", 0}}), HasSubstr("budget.epochs"));
  EXPECT_THAT(parse({{"epoch", 1}}), HasSubstr("budget"));
}

}  // namespace
}  // namespace nero_bench
