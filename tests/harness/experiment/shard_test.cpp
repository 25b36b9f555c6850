#include "harness/experiment/shard.h"

#include <gmock/gmock.h>

#include <set>

#include "harness/experiment/plan.h"
#include "harness/fixtures.h"

namespace nero_bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Cells of 6, 3, 2, 2 and 1 trials.
ExperimentConfig uneven() {
  auto json = small_config();
  json["optimisers"] = Json::parse(R"([
    {"name": "adam", "learning_rates": [1, 2, 3, 4, 5, 6]}, {"name": "sgd", "learning_rates": [1, 2, 3]},
    {"name": "nero", "learning_rates": [1, 2]}, {"name": "lamb", "learning_rates": [1, 2]},
    {"name": "madam", "learning_rates": [1]}])");
  return parsed(json);
}

std::vector<std::string> optimisers_of(const Shard& shard, const ExperimentConfig& config) {
  std::vector<std::string> names;
  for (const auto& cell : cells_of(shard, expand(config))) names.push_back(cell.optimiser);
  return names;
}

TEST(Shard, DealsWholeCellsSoThatThePartsAreAsEvenAsTheyCanBe) {
  EXPECT_THAT(optimisers_of({1, 2}, uneven()), ElementsAre("adam", "madam"));        // 7
  EXPECT_THAT(optimisers_of({2, 2}, uneven()), ElementsAre("sgd", "nero", "lamb"));  // 7
}

TEST(Shard, PartsTogetherAreTheWholeAndShareNoTrial) {
  const auto config = uneven();
  for (const int count : {1, 2, 3, 4, 7}) {
    std::set<std::string> all;
    std::size_t sum = 0;
    for (int i = 1; i <= count; ++i) {
      for (const auto& trial : plan_trials(config, {}, {.shard = {i, count}})) all.insert(trial_id(trial)), ++sum;
    }
    EXPECT_EQ(sum, 14U) << count;
    EXPECT_EQ(all, trial_ids(config)) << count;
  }
}

TEST(Shard, PlansTheRepeatsOfItsCellsFromItsOwnRecordsAlone) {
  auto json = small_config();
  json["protocol"] = {{"search_seeds", {0}},
                      {"repeat_seeds", {1, 2}},
                      {"select", {{"metric", "accuracy"}, {"split", "test"}, {"rule", "final"}}}};
  const auto config = parsed(json);
  const PlanOptions second{.shard = {2, 2}};
  std::vector<TrialRecord> records;
  for (const auto& trial : plan_trials(config, records, second))
    records.push_back(record_of(trial, TrialStatus::kCompleted, trial.learning_rate));
  ASSERT_EQ(records.size(), 3U);
  const auto repeats = plan_trials(config, records, second);
  ASSERT_EQ(repeats.size(), 2U);
  for (const auto& trial : repeats) {
    EXPECT_EQ(trial.labels.optimiser, "sgd");
    EXPECT_EQ(trial.learning_rate, 0.1);
  }
}

TEST(Shard, IsReadFromItsIndexAndTheirNumber) {
  const auto shard = parse_shard("2/13");
  EXPECT_EQ(shard.index, 2);
  EXPECT_EQ(shard.count, 13);
  for (const char* text : {"", "2", "0/3", "4/3", "-1/3", "1/0", "1/3/5", "a/b", "1 /3", "1/999999999999", "1/3\n"})
    EXPECT_THAT(error_of([&] { parse_shard(text); }), HasSubstr("--shard: expected I/N")) << text;
}

}  // namespace
}  // namespace nero_bench
