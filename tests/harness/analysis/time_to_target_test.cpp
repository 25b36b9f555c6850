#include "harness/analysis/time_to_target.h"

#include <gtest/gtest.h>

#include <cmath>

#include "harness/fixtures.h"

namespace nero_bench {
namespace {

constexpr double kTargetError = 0.5;

// Ten steps and two seconds an epoch; the accuracy is .6 from epoch `reached` on.
TrialRecord trial(int epochs, int reached, TrialStatus status = TrialStatus::kCompleted) {
  TrialRecord record;
  record.status = status;
  record.steps = 10 * epochs;
  record.timings.train_seconds = 2.0 * epochs;
  for (int epoch = 1; epoch <= epochs; ++epoch)
    record.curve.push_back({epoch, 10 * epoch, 0.1, {{"test.accuracy", epoch >= reached ? 0.6 : 0.1}}});
  return record;
}

TimeToTarget result_of(const std::vector<TrialRecord>& records) {
  std::vector<const TrialRecord*> pointers;
  for (const auto& record : records) pointers.push_back(&record);
  return time_to_target(pointers, kTargetError, {}, {}).value();
}

TEST(TimeToTarget, IsTheFirstEpochAtTheTargetInEpochsStepsAndSeconds) {
  const auto result = result_of({trial(10, 3), trial(10, 5), trial(10, 4)});
  EXPECT_EQ(result.trials, 3);
  EXPECT_EQ(result.reached, 3);
  EXPECT_EQ(result.epochs.median, 4);
  EXPECT_EQ(result.steps.median, 40);
  EXPECT_EQ(result.seconds.median, 8);
  EXPECT_NEAR(result.epochs.restricted_mean.value, 4, 1e-12);
  EXPECT_FALSE(result.epochs.restricted_mean.interval.has_value());  // three trials
}

TEST(TimeToTarget, OfWhatDoesNotReachItCountsUpToTheHorizon) {
  const auto result = result_of({trial(10, 4), trial(10, 99), trial(10, 99)});
  EXPECT_EQ(result.reached, 1);
  EXPECT_TRUE(std::isinf(result.epochs.median));
  EXPECT_EQ(result.epochs.horizon, 10);
  EXPECT_NEAR(result.epochs.restricted_mean.value, (4 + 10 + 10) / 3.0, 1e-12);
}

TEST(TimeToTarget, ADivergedTrialNeverReachesItHoweverEarlyItDiverged) {
  const auto result = result_of({trial(10, 4), trial(2, 99, TrialStatus::kDiverged)});
  EXPECT_NEAR(result.epochs.restricted_mean.value, (4 + 10) / 2.0, 1e-12);
}

TEST(TimeToTarget, ATrialThatWasStoppedIsCensoredWhereItWasStopped) {
  // At epoch 4 one of one watched gets there, as the other was last seen at 2: 4 epochs, not (4 + 10) / 2.
  const auto result = result_of({trial(10, 4), trial(2, 99, TrialStatus::kTimedOut)});
  EXPECT_NEAR(result.epochs.restricted_mean.value, 4, 1e-12);
}

TEST(TimeToTarget, OfDivergedTrialsAloneIsNothing) {  // nobody knows how long they would have been watched
  const auto record = trial(2, 99, TrialStatus::kDiverged);
  const TrialRecord* pointer = &record;
  EXPECT_FALSE(time_to_target({&pointer, 1}, kTargetError, {}, {}).has_value());
}

TEST(TimeToTarget, OfNothingIsNothing) { EXPECT_FALSE(time_to_target({}, kTargetError, {}, {}).has_value()); }

}  // namespace
}  // namespace nero_bench
