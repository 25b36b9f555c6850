#include "harness/analysis/summary.h"

#include <gmock/gmock.h>

#include <cmath>

#include "harness/experiment/plan.h"
#include "harness/fixtures.h"

namespace nero_bench {
namespace {

using ::testing::IsEmpty;

// Adam alone over 0.1, 0.001 and 0.01 with two search seeds and two repeat seeds, one of them also a search seed.
ExperimentConfig adam() {
  auto json = small_config();
  json["optimisers"].erase(1);
  json["learning_rates"] = {0.1, 0.001, 0.01};
  json["protocol"] = {{"search_seeds", {0, 1}}, {"repeat_seeds", {1, 2}}};
  return parsed(json);
}

// accuracy(rate, seed): 0.001: .2, .4; 0.01: .6, .8; 0.1: .9 and diverged; repeats at 0.01: .8 (seed 1, from the
// search), .5
std::vector<TrialRecord> all_records() {
  std::vector<TrialRecord> records;
  for (const auto& trial : plan_trials(adam(), {})) {
    const bool diverged = trial.learning_rate == 0.1 && trial.seed == 1;
    const double first = trial.learning_rate == 0.1 ? 0.9 : trial.learning_rate == 0.01 ? 0.6 : 0.2;
    records.push_back(record_of(trial, diverged ? TrialStatus::kDiverged : TrialStatus::kCompleted,
                                first + 0.2 * static_cast<double>(trial.seed)));
  }
  for (const auto& trial : plan_trials(adam(), records))
    records.push_back(record_of(trial, TrialStatus::kCompleted, 0.5));
  return records;
}

TEST(Summary, GivesHandComputedValuesForEveryRate) {
  const auto summary = summarise(adam(), all_records());
  ASSERT_EQ(summary.cells.size(), 1U);
  const auto& rates = summary.cells[0].rates;
  ASSERT_EQ(rates.size(), 3U);
  EXPECT_EQ(rates[0].learning_rate, 0.001);  // ascending
  EXPECT_NEAR(rates[0].metric.mean, 0.3, 1e-15);
  EXPECT_NEAR(rates[1].metric.mean, 0.7, 1e-15);
  EXPECT_EQ(rates[1].metric.minimum, 0.6);
  EXPECT_EQ(rates[1].metric.maximum, 0.8);
  EXPECT_NEAR(rates[1].metric.standard_deviation, std::sqrt(0.02), 1e-15);
  EXPECT_EQ(rates[2].metric.count, 1);
  EXPECT_EQ(rates[2].metric.mean, 0.9);
  EXPECT_TRUE(std::isnan(rates[2].metric.standard_deviation));
  EXPECT_EQ(rates[2].counts.completed, 1);
  EXPECT_EQ(rates[2].counts.diverged, 1);
}

TEST(Summary, TheBestRateIsThePlansAndTheRepeatsAreAtIt) {
  const auto summary = summarise(adam(), all_records());
  const auto& cell = summary.cells[0];
  EXPECT_TRUE(cell.search_complete);
  EXPECT_EQ(cell.best_rate, 0.01);
  EXPECT_NEAR(cell.best_metric, 0.7, 1e-15);
  EXPECT_EQ(cell.best_at, GridEdge::kInside);
  ASSERT_TRUE(cell.repeats.has_value());
  EXPECT_EQ(cell.repeats->learning_rate, 0.01);
  EXPECT_EQ(cell.repeats->metric.count, 2);
  EXPECT_NEAR(cell.repeats->metric.mean, 0.65, 1e-15);
}

TEST(Summary, CountsATrialOfSearchAndRepeatsOnce) {
  const auto summary = summarise(adam(), all_records());
  EXPECT_EQ(summary.totals.total(), 7);
  EXPECT_EQ(summary.totals.completed, 6);
  EXPECT_EQ(summary.totals.diverged, 1);
}

TEST(Summary, SeesTheEdgesOfTheGrid) {
  auto records = all_records();
  records[2].final_metrics["test.accuracy"] = records[3].final_metrics["test.accuracy"] = 0.95;  // 0.001
  EXPECT_EQ(summarise(adam(), records).cells[0].best_at, GridEdge::kSmallest);
  records[1].status = TrialStatus::kCompleted;  // 0.1
  records[0].final_metrics["test.accuracy"] = records[1].final_metrics["test.accuracy"] = 0.99;
  EXPECT_EQ(summarise(adam(), records).cells[0].best_at, GridEdge::kLargest);
}

TEST(Summary, SaysWhenAllRatesGiveTheSame) {
  auto records = all_records();
  EXPECT_FALSE(summarise(adam(), records).cells[0].rates_alike);
  for (auto& record : records) record.final_metrics["test.accuracy"] = 0.1;  // a network that never learns
  EXPECT_TRUE(summarise(adam(), records).cells[0].rates_alike);
}

TEST(Summary, OfASingleRateHasNoEdge) {
  auto json = small_config();
  json["learning_rates"] = {0.1};
  const auto plan = plan_trials(parsed(json), {});
  EXPECT_EQ(summarise(parsed(json), std::vector{record_of(plan[0])}).cells[0].best_at, GridEdge::kInside);
}

TEST(Summary, ReportsCostsOfTheTrialsThatRan) {
  auto records = all_records();
  for (std::size_t i = 0; i < records.size(); ++i) records[i].timings.step_seconds = 0.001 * static_cast<double>(i + 1);
  records[2].memory.process_peak = 90'000'000;
  records[0].steps = 0;  // died at once: its numbers are none
  records[0].memory.optimiser_state = 1'000'000'000;
  const auto summary = summarise(adam(), records);
  const auto& cell = summary.cells[0];
  EXPECT_EQ(cell.state_bytes, 8000);
  EXPECT_EQ(cell.process_peak_bytes, 90'000'000);
  EXPECT_NEAR(cell.step_seconds.value(), 0.0045, 1e-15);  // median of 2 … 7 ms
  EXPECT_EQ(cell.optimiser_seconds, 0.001);
}

TEST(Summary, WithoutRecordsMissesEverything) {
  const auto summary = summarise(adam(), {});
  EXPECT_EQ(summary.totals.missing, 6);
  EXPECT_EQ(summary.totals.total(), 6);
  EXPECT_FALSE(summary.cells[0].search_complete);
  EXPECT_FALSE(summary.cells[0].best_rate.has_value());
  EXPECT_FALSE(summary.cells[0].repeats.has_value());
  EXPECT_FALSE(summary.cells[0].state_bytes.has_value());
  EXPECT_TRUE(std::isnan(summary.cells[0].best_metric));
}

TEST(Summary, OfAHalfDoneSearchHasABestRateSoFar) {
  auto records = all_records();
  records.erase(records.begin() + 2);  // 0.001, seed 0
  const auto summary = summarise(adam(), records);
  EXPECT_FALSE(summary.cells[0].search_complete);
  EXPECT_EQ(summary.cells[0].best_rate, 0.01);
  EXPECT_FALSE(summary.cells[0].repeats.has_value());
}

TEST(Summary, OfADesignHasItsPointsByRateAndTheBestOfThemIsNoEdge) {
  auto json = listed_search_config();
  json["protocol"] = {{"repeat_seeds", {7}}};
  const auto config = parsed(json);
  std::vector<TrialRecord> records;
  for (const auto& trial : plan_trials(config, {}))
    records.push_back(record_of(trial, TrialStatus::kCompleted, trial.optimiser.at("momentum") == 0.5 ? 0.8 : 0.6));
  const auto repeats = plan_trials(config, records);
  ASSERT_EQ(repeats.size(), 1U);
  records.push_back(record_of(repeats[0], TrialStatus::kCompleted, 0.7));
  const auto cell = summarise(config, records).cells.at(0);
  EXPECT_TRUE(cell.is_design);
  ASSERT_EQ(cell.rates.size(), 3U);
  EXPECT_EQ(cell.rates[0].learning_rate, 0.0123456);
  EXPECT_EQ(cell.rates[1].settings[0], (Setting{"optimiser.momentum", 0.9}));  // of equal rates in their own order
  EXPECT_EQ(cell.best, 2U);
  EXPECT_EQ(cell.best_rate, 0.1);
  EXPECT_EQ(cell.best_metric, 0.8);
  EXPECT_EQ(cell.best_at, GridEdge::kInside);
  EXPECT_FALSE(cell.is_best(cell.rates[1]));
  EXPECT_TRUE(cell.is_best(*cell.repeats));
  EXPECT_EQ(cell.repeats->settings[0], (Setting{"optimiser.momentum", 0.5}));
  EXPECT_EQ(cell.totals.total(), 4);
}

TEST(Summary, CountsEveryStatus) {
  StatusCounts counts;
  for (const auto status : {TrialStatus::kCompleted, TrialStatus::kDiverged, TrialStatus::kTimedOut,
                            TrialStatus::kOutOfMemory, TrialStatus::kFailed, TrialStatus::kInterrupted})
    counts.count(status);
  counts.add(counts);
  EXPECT_EQ(counts.total(), 12);
  EXPECT_EQ(counts.failures(), 6);
  EXPECT_EQ(counts.interrupted, 2);
}

}  // namespace
}  // namespace nero_bench
