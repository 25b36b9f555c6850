#include "harness/analysis/over_tasks.h"

#include <gmock/gmock.h>

#include <limits>

namespace nero_bench {
namespace {

using ::testing::IsEmpty;
using Values = std::vector<double>;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kTiny = 1e-12;

TEST(PerformanceProfile, IsTheShareOfTasksWithinEachRatio) {
  const auto profile = performance_profile({2, 1, kInfinity, 1});
  ASSERT_EQ(profile.size(), 2U);
  EXPECT_EQ(profile[0].ratio, 1);
  EXPECT_EQ(profile[0].share, 0.5);
  EXPECT_EQ(profile[1].ratio, 2);
  EXPECT_EQ(profile[1].share, 0.75);
  EXPECT_THAT(performance_profile({kInfinity}), IsEmpty());
}

TEST(PerformanceProfile, AreaIsThatBelowItsSteps) {  // ½ from 1 to 2, ¾ from 2 to 4, over 3
  EXPECT_NEAR(profile_area(Values{2, 1, kInfinity, 1}, 4), (0.5 + 1.5) / 3, kTiny);
  EXPECT_EQ(profile_area(Values{1, 1}, 4), 1);
  EXPECT_EQ(profile_area(Values{5, kInfinity}, 4), 0);
}

TEST(TuningGain, IsWhatOneRateForAllTasksLoses) {
  // Best of each: 1 and .9, mean .95; means by rate: .5, .75, .55.
  const std::vector<Values> shares{{1, 0.7, 0.2}, {0, 0.8, 0.9}};
  const auto result = tuning_gain(shares, std::vector<std::size_t>{0, 1});
  EXPECT_NEAR(result.per_task, 0.95, kTiny);
  EXPECT_NEAR(result.gain, 0.2, kTiny);
  EXPECT_EQ(result.common_rate, 1U);
}

TEST(TuningGain, OfOneTaskIsNothing) {
  EXPECT_NEAR(tuning_gain({{0.3, 0.8}}, std::vector<std::size_t>{0, 0}).gain, 0, kTiny);
}

// Errors at the rates 0.01 and 0.1, the trivial error .9.
CellAnalysis cell(const std::string& line, const std::string& block, Values errors, Standing standing) {
  CellAnalysis cell;
  cell.line = line;
  cell.block = block;
  cell.standing = standing;
  cell.trivial = cell.untrained = ReferenceScore{0.1, 0.9, "test"};
  cell.curve = {{0.01, {}, 1 - errors[0], errors[0], 1, 0}, {0.1, {}, 1 - errors[1], errors[1], 1, 0}};
  cell.best = errors[0] <= errors[1] ? 0 : 1;
  cell.best_rate = cell.curve[*cell.best].learning_rate;
  return cell;
}

TEST(OverTasks, AgreesWithAHandCalculation) {
  // Best of the tasks .1 and .2, so a way of .8 and .7. Shares of a: (1, .5) and (0, 5/7); of b: nothing and (0, 1).
  const std::vector<CellAnalysis> cells{
      cell("a", "x", {0.1, 0.5}, Standing::kLearns), cell("a", "y", {0.9, 0.4}, Standing::kLearns),
      cell("b", "x", {0.9, 0.9}, Standing::kNeverLearns), cell("b", "y", {0.9, 0.2}, Standing::kLearns)};
  const auto result = over_tasks(cells, {});
  ASSERT_EQ(result.size(), 2U);
  const auto& a = result[0];
  EXPECT_EQ(a.line, "a");
  EXPECT_EQ(a.learnt, 2);
  EXPECT_NEAR(a.per_task_tuned, (1 + 5.0 / 7) / 2, kTiny);
  EXPECT_EQ(a.cross_task_rate, 0.1);
  EXPECT_NEAR(a.tuning_gain->value, (1 + 5.0 / 7) / 2 - (0.5 + 5.0 / 7) / 2, kTiny);
  EXPECT_FALSE(a.tuning_gain->interval.has_value());        // two tasks
  EXPECT_NEAR(a.profile_area, (3.0 + 2.0) / 2 / 3, kTiny);  // ratios 1 and 2
  const auto& b = result[1];
  EXPECT_EQ(b.learnt, 1);
  EXPECT_NEAR(b.per_task_tuned, 0.5, kTiny);
  EXPECT_NEAR(b.profile_area, 0.5, kTiny);
}

TEST(OverTasks, WhatNeverLearnsHasNoFigureOfTuning) {
  const std::vector<CellAnalysis> cells{
      cell("a", "x", {0.1, 0.5}, Standing::kLearns), cell("b", "x", {0.9, 0.9}, Standing::kNeverLearns),
      cell("a", "y", {0.1, 0.5}, Standing::kLearns), cell("b", "y", {0.9, 0.9}, Standing::kNeverLearns)};
  const auto result = over_tasks(cells, {});
  ASSERT_EQ(result.size(), 2U);
  EXPECT_EQ(result[1].learnt, 0);
  EXPECT_FALSE(result[1].tuning_gain.has_value());
  EXPECT_FALSE(result[1].cross_task_rate.has_value());
  EXPECT_EQ(result[1].profile_area, 0);
}

TEST(OverTasks, OfASingleTaskSaysNothing) {
  EXPECT_THAT(over_tasks(std::vector{cell("a", "x", {0.1, 0.5}, Standing::kLearns)}, {}), IsEmpty());
}

TEST(OverTasks, LeavesOutWhatIsIncomplete) {
  const std::vector<CellAnalysis> cells{cell("a", "x", {0.1, 0.5}, Standing::kLearns),
                                        cell("a", "y", {0.1, 0.5}, Standing::kIncomplete)};
  EXPECT_THAT(over_tasks(cells, {}), IsEmpty());
}

}  // namespace
}  // namespace nero_bench
