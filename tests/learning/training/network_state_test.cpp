#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "learning/training/trials.h"

namespace nero_bench {
namespace {

struct Row {
  std::int64_t parameters;
  std::int64_t tensors;
  std::int64_t momentum;  // and Madam
  std::int64_t adam;
  std::int64_t lamb;
  std::int64_t nero;
};

// The table of section 4 of the specification.
const std::map<std::string, Row> kTable{
    {"vgg11", {28'141'258, 14, 112'565'032, 225'130'064, 225'130'232, 76'680}},
    {"resnet18", {11'173'962, 62, 44'695'848, 89'391'696, 89'392'440, 57'928}},
    {"resnet50", {25'557'032, 161, 102'228'128, 204'456'256, 204'458'188, 327'364}}};

// One step on two images of 32×32.
TrialRecord one_step(const std::string& model, const Json& optimiser) {
  auto spec = with_task(small_spec(), "/model", {{"name", model}});
  spec.task["model"]["classes"] = model == "resnet50" ? 1000 : 10;
  spec.task["data"] = {{"name", "synthetic"}, {"side", 32}, {"channels", 3}, {"train_samples", 2}, {"test_samples", 1}};
  spec.optimiser = optimiser;
  spec.budget = {.epochs = 0, .steps = 1};
  spec.evaluate = {};
  return run(spec);
}

Json nero_with(bool mean, bool norm) { return {{"name", "nero"}, {"constrain_mean", mean}, {"constrain_norm", norm}}; }

class NetworkState : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Every, NetworkState, testing::Values("vgg11", "resnet18", "resnet50"),
                         [](const auto& test) { return test.param; });

// Gradients lie in memory like the weights: a fused step needs no tensor beside them.
TEST_P(NetworkState, IsThatOfTheTableUnderEveryOptimiserMeasuredAndInClosedForm) {
  const auto& row = kTable.at(GetParam());
  const std::vector<std::pair<Json, std::int64_t>> expected{{{{"name", "sgd"}}, 0},
                                                            {{{"name", "sgd"}, {"momentum", 0.9}}, row.momentum},
                                                            {{{"name", "madam"}}, row.momentum},
                                                            {{{"name", "madam"}, {"constrain", true}}, row.momentum},
                                                            {{{"name", "adam"}}, row.adam},
                                                            {{{"name", "adamw"}}, row.adam},
                                                            {{{"name", "lamb"}}, row.lamb},
                                                            {{{"name", "lamb"}, {"constrain", true}}, row.lamb},
                                                            {{{"name", "nero"}}, row.nero},
                                                            {nero_with(true, false), row.nero},
                                                            {nero_with(false, true), row.nero},
                                                            {nero_with(false, false), row.nero}};
  for (auto [optimiser, bytes] : expected) {
    SCOPED_TRACE(optimiser.dump());
    optimiser["implementation"] = "fused";
    const auto record = one_step(GetParam(), optimiser);
    EXPECT_EQ(record.status, TrialStatus::kCompleted) << record.reason;
    EXPECT_EQ(record.memory.optimiser_state, bytes);
    EXPECT_EQ(record.memory.optimiser_state_expected, bytes);
    EXPECT_EQ(record.memory.optimiser_state_allocated, bytes);
    EXPECT_EQ(record.memory.parameters, 4 * row.parameters);
    EXPECT_EQ(record.memory.gradients, 4 * row.parameters);
    EXPECT_LT(record.memory.step_transient_peak, 4096);
    EXPECT_EQ(record.counts.at("model.parameters"), row.parameters);
    EXPECT_EQ(record.counts.at("model.tensors"), row.tensors);
  }
}

}  // namespace
}  // namespace nero_bench
