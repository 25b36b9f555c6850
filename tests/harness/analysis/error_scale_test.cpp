#include "harness/analysis/error_scale.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "harness/experiment/cells.h"
#include "harness/fixtures.h"

namespace nero_bench {
namespace {

const Selection kAccuracy{"accuracy", "test", SelectionRule::kFinal};
const Selection kRunningLoss{"running_loss", "train", SelectionRule::kFinal};

TrialRecord record_with(const Metrics& initial) {
  TrialRecord record;
  record.initial = initial;
  return record;
}

TEST(ErrorScale, IsTheDistanceFromThePerfectScore) {
  EXPECT_EQ(error_of(0.75, kAccuracy), 0.25);
  EXPECT_EQ(score_of(0.25, kAccuracy), 0.75);
  EXPECT_EQ(error_of(2.3, kRunningLoss), 2.3);
  EXPECT_EQ(score_of(2.3, kRunningLoss), 2.3);
}

TEST(TrivialPredictor, IsReadFromTheRecordsAlsoForARunningMetric) {
  const auto record = record_with({{"trivial.train.loss", 2.3}});
  const TrialRecord* pointer = &record;
  const auto found = trivial_predictor({&pointer, 1}, kRunningLoss, std::nullopt);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->score, 2.3);
  EXPECT_EQ(found->source, "records: initial.trivial.train.loss");
}

TEST(TrivialPredictor, OfTheRecordsComesBeforeAGivenOne) {
  const auto record = record_with({{"trivial.test.accuracy", 0.2}});
  const TrialRecord* pointer = &record;
  EXPECT_EQ(trivial_predictor({&pointer, 1}, kAccuracy, 0.1)->score, 0.2);
  EXPECT_EQ(trivial_predictor({}, kAccuracy, 0.1)->source, "given by --trivial-score");
  EXPECT_FALSE(trivial_predictor({}, kAccuracy, std::nullopt).has_value());
}

TEST(UntrainedNetwork, IsTheTrivialPredictorWhereNothingElseIsKnown) {
  const auto record = record_with({{"test.accuracy", 0.08}});
  const TrialRecord* pointer = &record;
  const ReferenceScore trivial{0.1, 0.9, "somewhere"};
  EXPECT_EQ(untrained_network({&pointer, 1}, kAccuracy, trivial)->score, 0.08);
  EXPECT_EQ(untrained_network({}, kAccuracy, trivial)->source, "somewhere");
}

TEST(CappedError, OfADivergedOrWorseTrialIsTheCap) {
  const auto spec = parsed(small_config());
  auto record = record_of(expand(spec).front().trial({0.1, {}}, 0), TrialStatus::kCompleted, 0.75);
  EXPECT_EQ(capped_error(&record, kAccuracy, 0.9), 0.25);
  EXPECT_EQ(capped_error(&record, kAccuracy, 0.2), 0.2);
  record.final_metrics["test.accuracy"] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(capped_error(&record, kAccuracy, 0.9), 0.9);
  record.status = TrialStatus::kDiverged;
  EXPECT_EQ(capped_error(&record, kAccuracy, 0.9), 0.9);
}

TEST(CappedError, OfWhatIsNoResultIsNotANumber) {
  TrialRecord record;
  for (const auto status :
       {TrialStatus::kTimedOut, TrialStatus::kOutOfMemory, TrialStatus::kFailed, TrialStatus::kInterrupted}) {
    record.status = status;
    EXPECT_TRUE(std::isnan(capped_error(&record, kAccuracy, 0.9)));
  }
  EXPECT_TRUE(std::isnan(capped_error(nullptr, kAccuracy, 0.9)));
}

}  // namespace
}  // namespace nero_bench
