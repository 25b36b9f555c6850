#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "learning/training/trials.h"

namespace nero_bench {
namespace {

using testing::Gt;

class NetworkTraining : public testing::TestWithParam<std::string> {
 protected:
  // Ten separable classes, where guessing scores 0.1; a sixteenth of the width.
  static TrialSpec spec(const std::string& optimiser) {
    auto spec = with_task(with_optimiser(small_spec(), {{"name", optimiser}}), "/model",
                          {{"name", GetParam()}, {"width_multiplier", 0.0625}});
    spec.task["data"] = {{"name", "synthetic"}, {"channels", 3},        {"side", 32},
                         {"noise", 0.5},        {"train_samples", 200}, {"test_samples", 100}};
    spec.task["batch_size"] = 20;
    spec.budget = {.epochs = 8, .steps = 0};
    return spec;
  }
};

INSTANTIATE_TEST_SUITE_P(Of, NetworkTraining, testing::Values("vgg11", "resnet18", "resnet50"),
                         [](const auto& test) { return test.param; });

TEST_P(NetworkTraining, LearnsSeparableClasses) {
  const auto record = run(spec("nero"));
  EXPECT_EQ(record.status, TrialStatus::kCompleted) << record.reason;
  // 50 layers as narrow as this learn slowly: .34 after 8 epochs, .38 after 16.
  EXPECT_THAT(record.final_metrics.at("test.accuracy"), Gt(GetParam() == "resnet50" ? 0.25 : 0.5));
}

TEST_P(NetworkTraining, RunTwiceHasTheSameReproduciblePart) {
  auto twice = spec("adam");
  twice.budget.epochs = 1;
  EXPECT_EQ(reproducible_part(run(twice)), reproducible_part(run(twice)));
}

TEST_P(NetworkTraining, CountsRunningStatisticsApartFromParameters) {
  auto one_step = spec("sgd");
  one_step.budget = {.epochs = 0, .steps = 1};
  const auto counts = run(one_step).counts;
  // A mean and a variance of every channel: of ResNet-18 9,600 at full width (its gains and biases), of ResNet-50
  // 53,120.
  const std::map<std::string, std::int64_t> expected{{"resnet18", 9'600 / 16}, {"resnet50", 53'120 / 16}};
  EXPECT_EQ(counts.contains("model.buffer_elements"), expected.contains(GetParam()));
  if (expected.contains(GetParam())) {
    EXPECT_EQ(counts.at("model.buffer_elements"), expected.at(GetParam()));
  }
}

}  // namespace
}  // namespace nero_bench
