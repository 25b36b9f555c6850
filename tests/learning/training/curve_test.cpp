#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/statistics.h"
#include "learning/training/trials.h"

namespace nero_bench {
namespace {

using testing::DoubleEq;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Key;
using testing::Pair;
using testing::UnorderedElementsAre;

// (epoch, step) of every point.
std::vector<std::pair<std::int64_t, std::int64_t>> places(const TrialRecord& record) {
  std::vector<std::pair<std::int64_t, std::int64_t>> list;
  for (const auto& point : record.curve) list.emplace_back(point.epoch, point.step);
  return list;
}

std::vector<double> rates(const TrialRecord& record) {
  std::vector<double> list;
  for (const auto& point : record.curve) list.push_back(point.learning_rate);
  return list;
}

TrialRecord run_steps(std::int64_t steps) {
  auto spec = small_spec();
  spec.budget = {.steps = steps};
  return run(spec);
}

TEST(Curve, HasAPointAnEpoch) {
  const auto record = run(small_spec());
  EXPECT_EQ(record.status, TrialStatus::kCompleted);
  EXPECT_EQ(record.reason, "");
  EXPECT_EQ(record.steps, 6);
  EXPECT_THAT(places(record), ElementsAre(Pair(1, 3), Pair(2, 6)));
}

TEST(Curve, OfABudgetInStepsEndsWithTheLastStepWhereverThatLies) {
  EXPECT_THAT(places(run_steps(1)), ElementsAre(Pair(0, 1)));
  EXPECT_THAT(places(run_steps(3)), ElementsAre(Pair(1, 3)));
  EXPECT_THAT(places(run_steps(4)), ElementsAre(Pair(1, 3), Pair(1, 4)));
  EXPECT_EQ(run_steps(4).steps, 4);
}

TEST(Curve, OfABudgetInStepsIsThatOfTheSameBudgetInEpochs) {
  const auto steps = run_steps(6);
  const auto epochs = run(small_spec());
  EXPECT_EQ(places(steps), places(epochs));
  EXPECT_EQ(steps.final_metrics, epochs.final_metrics);
}

TEST(Curve, HasTheRateOfTheLastStepBeforeEachPoint) {
  auto spec = small_spec();
  EXPECT_THAT(rates(run(spec)), ElementsAre(0.01, 0.01));
  spec.schedule = {{"name", "exponential"}, {"factor", 0.5}};
  EXPECT_THAT(rates(run(spec)), ElementsAre(0.01, DoubleEq(0.005)));
  spec.schedule = {{"name", "linear"}};  // 1 − step / 6 before step 2 and step 5, from 0
  EXPECT_THAT(rates(run(spec)), ElementsAre(DoubleEq(0.01 * 4 / 6), DoubleNear(0.01 / 6, 1e-15)));
}

TEST(Curve, HasRunningMetricsAndThoseOfTheSplitsAskedFor) {
  auto spec = small_spec();
  const auto names = [&](const std::vector<std::string>& splits) {
    spec.evaluate = splits;
    return run(spec).curve.back().metrics;
  };
  EXPECT_THAT(names({}), UnorderedElementsAre(Key("train.running_loss"), Key("train.running_accuracy")));
  EXPECT_THAT(names({"test"}), UnorderedElementsAre(Key("train.running_loss"), Key("train.running_accuracy"),
                                                    Key("test.loss"), Key("test.accuracy")));
  EXPECT_THAT(names({"train", "test"}),
              UnorderedElementsAre(Key("train.running_loss"), Key("train.running_accuracy"), Key("train.loss"),
                                   Key("train.accuracy"), Key("test.loss"), Key("test.accuracy")));
}

// At a rate this small the weights hardly move, so both kinds of loss are of the same weights and samples.
TEST(Curve, HasRunningMetricsOfItsOwnEpochAlone) {
  auto spec = small_spec();
  spec.learning_rate = 1e-12;
  spec.evaluate = {"train"};
  for (const auto& point : run(spec).curve) {
    EXPECT_NEAR(point.metrics.at("train.running_loss"), point.metrics.at("train.loss"), 1e-6);
    EXPECT_EQ(point.metrics.at("train.running_accuracy"), point.metrics.at("train.accuracy"));
  }
}

TEST(FinalMetrics, AreThoseOfTheLastPoint) {
  for (const auto& record : {run(small_spec()), run_steps(4)}) {
    EXPECT_EQ(record.final_metrics, record.curve.back().metrics);
    EXPECT_NE(record.final_metrics, record.curve.front().metrics);
  }
}

TEST(StepCurves, AreKeptOnlyWhenAskedFor) { EXPECT_THAT(run(small_spec()).step_curves, IsEmpty()); }

TEST(StepCurves, HaveAValueAStepWhoseWeighedMeanIsTheRunningMetric) {
  auto spec = small_spec();
  spec.record_steps = true;
  const auto record = run(spec);
  EXPECT_THAT(record.step_curves, UnorderedElementsAre(Key("train.running_loss"), Key("train.running_accuracy")));
  for (const auto& [name, values] : record.step_curves) {
    ASSERT_EQ(values.size(), 6) << name;
    EXPECT_NEAR((16 * values[3] + 16 * values[4] + 8 * values[5]) / 40, record.final_metrics.at(name), 1e-12) << name;
  }
}

TEST(StepCurves, DoNotChangeTheTrial) {
  auto spec = small_spec();
  spec.record_steps = true;
  EXPECT_EQ(run(spec).final_metrics, run(small_spec()).final_metrics);
}

TEST(Progress, IsReportedFromTheFirstStepOn) {
  std::vector<ProgressEvent> events;
  TrialMonitor monitor;
  monitor.progress = [&](const ProgressEvent& event) { events.push_back(event); };
  auto spec = small_spec();
  spec.record_steps = true;
  const auto record = run(spec, monitor);
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events.front().trial, record.id());
  EXPECT_EQ(events.front().step, 1);
  EXPECT_EQ(events.front().total_steps, 6);
  EXPECT_EQ(events.front().epoch, 1);
  EXPECT_DOUBLE_EQ(events.front().loss, record.step_curves.at("train.running_loss").front());
}

TEST(Initial, AreTheSignalAndTheGradientsOfTheUntrainedTaskAndWhatTheBestConstantPredictionScores) {
  EXPECT_THAT(run(small_spec()).initial, UnorderedElementsAre(Key("signal.spread"), Key("gradient_norm.first_layer"),
                                                              Key("gradient_norm.last_layer"),
                                                              Key("trivial.train.loss"), Key("trivial.train.accuracy"),
                                                              Key("trivial.test.loss"), Key("trivial.test.accuracy")));
}

// Nero balances the weights when it is built; what is measured is what it starts from.
TEST(Initial, OfNeroAreThoseOfBalancedWeights) {
  const auto balanced = run(with_task(small_spec(), "/model/init", "balanced")).initial;
  const auto nero = run(with_optimiser(small_spec(), {{"name", "nero"}})).initial;
  for (const auto& [name, value] : balanced) EXPECT_NEAR(nero.at(name), value, 1e-5 * value) << name;
  EXPECT_GT(std::abs(run(small_spec()).initial.at("signal.spread") - balanced.at("signal.spread")), 0.1);
}

}  // namespace
}  // namespace nero_bench
