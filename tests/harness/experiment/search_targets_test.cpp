#include "harness/experiment/search_targets.h"

#include <gmock/gmock.h>

#include "harness/fixtures.h"

namespace nero_bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

SearchSpace space_of(const char* text) {
  const Json json{{"space", Json::parse(text)}};
  JsonReader reader(json, "space.json");
  auto space = parse_search_space(reader, "space", {});
  space.path = "";  // as in a file
  return space;
}

std::map<std::string, Target> targets(const char* space, const Names& names = {}) {
  return targets_of(space_of(space), names, "config.json");
}

std::string error_from(const char* space, const Names& names = {}) {
  return error_of([&] { targets(space, names); });
}

constexpr const char* kAlgoPerf = R"({
  "learning_rate": {"min": 1e-4, "max": 1e-2, "scaling": "log"}, "one_minus_beta1": {"feasible_points": [0.1]},
  "beta2": {"feasible_points": [0.99]}, "weight_decay": {"feasible_points": [0]}, "epsilon": {"feasible_points": [1e-8]},
  "grad_clip": {"feasible_points": [1]}, "warmup_factor": {"feasible_points": [0.05]}})";

TEST(SearchTargets, KnowsTheNamesOfAlgoPerf) {
  const auto known = targets(kAlgoPerf);
  EXPECT_EQ(known.at("learning_rate").path, "learning_rate");
  EXPECT_EQ(known.at("one_minus_beta1").path, "optimiser.beta1");
  EXPECT_TRUE(known.at("one_minus_beta1").complement);
  EXPECT_EQ(known.at("beta2").path, "optimiser.beta2");
  EXPECT_FALSE(known.at("beta2").complement);
  EXPECT_EQ(known.at("grad_clip").path, "optimiser.clip_norm");
  EXPECT_EQ(known.at("warmup_factor").path, "schedule.warmup");
}

TEST(SearchTargets, TakesAPathAsItIsAndWhatTheConfigSaysBeforeAll) {
  const auto said = targets(R"({"learning_rate": {"feasible_points": [1]}, "task.model.depth": {"feasible_points": [5]},
                                "one_minus_beta1": {"feasible_points": [0.1]}, "beta2": {"feasible_points": [1]}})",
                            {{"one_minus_beta1", "optimiser.momentum"}, {"beta2", nullptr}});
  EXPECT_EQ(said.at("task.model.depth").path, "task.model.depth");
  EXPECT_EQ(said.at("one_minus_beta1").path, "optimiser.momentum");
  EXPECT_TRUE(said.at("one_minus_beta1").complement);
  EXPECT_EQ(said.at("beta2").path, "");
}

TEST(SearchTargets, GiveACandidateItsSettings) {
  const auto candidate = candidate_at(
      Json::parse(R"({"learning_rate": 0.01, "one_minus_beta1": 0.04321, "beta2": 0.99, "weight_decay": 0.1,
                      "epsilon": 1e-8, "grad_clip": 1, "warmup_factor": 0.05})"),
      targets(kAlgoPerf,
              {{"epsilon", nullptr}, {"grad_clip", nullptr}, {"beta2", nullptr}, {"warmup_factor", nullptr}}));
  EXPECT_EQ(candidate.learning_rate, 0.01);
  EXPECT_EQ(candidate.settings, (std::vector<Setting>{{"optimiser.beta1", 0.95679}, {"optimiser.weight_decay", 0.1}}));
}

TEST(SearchTargets, NameTheFileThePlaceAndTheRemedyOfAnUnknownName) {
  EXPECT_THAT(error_from(R"({"learning_rate": {"feasible_points": [1]}, "dropout_rate": {"feasible_points": [0]}})"),
              AllOf(HasSubstr("space.json: at dropout_rate: "), HasSubstr("'weight_decay'"),
                    HasSubstr("say in config.json"), HasSubstr(R"("names": {"dropout_rate": )"), HasSubstr("null")));
  EXPECT_THAT(error_from(R"([{"learning_rate": 1, "l2": 0}])"), HasSubstr("space.json: at [0].l2: "));
}

TEST(SearchTargets, RefuseWhatIsNoOption) {
  const auto error = [](const char* path) {
    return error_from(R"({"learning_rate": {"feasible_points": [1]}, "x": {"feasible_points": [1]}})", {{"x", path}});
  };
  EXPECT_THAT(error("model.depth"), AllOf(HasSubstr("space.json: at x: "), HasSubstr("begins with task.")));
  EXPECT_THAT(error("optimiser."), HasSubstr("begins with task."));
  EXPECT_THAT(error("budget.epochs"), HasSubstr("begins with task."));
  EXPECT_THAT(error("optimiser.name"), HasSubstr("\"axes\""));
  EXPECT_THAT(error("optimiser.learning_rate"), HasSubstr("expected the path of an option"));
}

TEST(SearchTargets, RefuseASpaceWithoutRatesOrWithOnesThatAreNone) {
  EXPECT_THAT(error_from(R"({"beta1": {"feasible_points": [0.9]}})"),
              AllOf(HasSubstr("at learning_rate"), HasSubstr("found nothing"), HasSubstr("add \"learning_rate\"")));
  EXPECT_THAT(error_from(R"({"learning_rate": {"min": 0, "max": 1, "scaling": "linear"}})"),
              AllOf(HasSubstr("learning rates > 0"), HasSubstr("found 0")));
  EXPECT_THAT(error_from(R"({"learning_rate": {"feasible_points": [0.1, "big"]}})"), HasSubstr("found \"big\""));
  EXPECT_THAT(error_from(R"({"one_minus_learning_rate": {"min": 0.5, "max": 1, "scaling": "log"}})"),
              HasSubstr("learning rates > 0"));
  EXPECT_THAT(error_from(R"([{"learning_rate": 1}, {"learning_rate": -1}])"), HasSubstr("found -1"));
}

TEST(SearchTargets, RefuseATextToBeTakenFromOne) {
  EXPECT_THAT(
      error_from(R"({"learning_rate": {"feasible_points": [1]}, "one_minus_beta1": {"feasible_points": ["x"]}})"),
      AllOf(HasSubstr("at one_minus_beta1"), HasSubstr("taken from one")));
}

TEST(SearchTargets, RefuseTwoNamesForOneOption) {
  EXPECT_THAT(error_from(R"({"learning_rate": {"feasible_points": [1]}, "beta1": {"feasible_points": [0]},
                             "one_minus_beta1": {"feasible_points": [0.1]}})"),
              AllOf(HasSubstr("at beta1"), HasSubstr("by one_minus_beta1"), HasSubstr(R"("names": {"beta1": null})")));
  EXPECT_NE(error_from(R"({"learning_rate": {"feasible_points": [1]}, "task.model": {"feasible_points": [0]},
                           "task.model.depth": {"feasible_points": [1]}})"),
            "no error");
}

}  // namespace
}  // namespace nero_bench
