#include "harness/execution/sweep_progress.h"

#include <gtest/gtest.h>

namespace nero_bench {
namespace {

ProgressEvent at_step(const char* trial, std::int64_t step) { return {trial, step, 100, 1, 0.5}; }

TEST(SweepProgress, ExpectsTheRestToGoLikeWhatWasDone) {
  SweepProgress progress(1000);
  progress.start_round(4);
  EXPECT_EQ(progress.remaining_seconds(1001), std::nullopt);
  progress.update(at_step("a", 50), 1010);
  EXPECT_DOUBLE_EQ(*progress.remaining_seconds(1010), 70);  // half a trial in 10 s: 3.5 more
  progress.finished("a");
  EXPECT_DOUBLE_EQ(*progress.remaining_seconds(1020), 60);
  progress.start_round(5);  // another round: two more than were left
  EXPECT_DOUBLE_EQ(*progress.remaining_seconds(1020), 100);
}

TEST(SweepProgress, CountsTrialsSideBySideTogether) {
  SweepProgress progress(0);
  progress.start_round(4);
  progress.update(at_step("a", 50), 10);
  progress.update(at_step("b", 50), 10);
  EXPECT_DOUBLE_EQ(*progress.remaining_seconds(10), 30);
}

TEST(SweepProgress, HasNothingLeftWhenAllAreDone) {
  SweepProgress progress(0);
  progress.start_round(1);
  progress.finished("a");
  EXPECT_EQ(progress.remaining_seconds(5), 0);
  EXPECT_EQ(progress.done(), 1U);
}

TEST(SweepProgress, MeasuresTheSpeedOfEachTrialBetweenItsReports) {
  SweepProgress progress(0);
  progress.update(at_step("a", 1), 3);  // the time before was for loading
  EXPECT_EQ(progress.steps_per_second("a"), std::nullopt);
  progress.update(at_step("a", 21), 5);
  EXPECT_DOUBLE_EQ(*progress.steps_per_second("a"), 10);
  progress.update(at_step("a", 61), 7);
  EXPECT_DOUBLE_EQ(*progress.steps_per_second("a"), 10 + 0.3 * (20 - 10));
  EXPECT_EQ(progress.steps_per_second("b"), std::nullopt);
  progress.finished("a");
  EXPECT_EQ(progress.steps_per_second("a"), std::nullopt);
}

}  // namespace
}  // namespace nero_bench
