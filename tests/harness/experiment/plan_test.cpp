#include "harness/experiment/plan.h"

#include <gmock/gmock.h>

#include <cmath>
#include <functional>
#include <limits>

#include "harness/experiment/cells.h"
#include "harness/fixtures.h"

namespace nero_bench {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Adam alone over 0.001, 0.01 and 0.1.
Json adam_config() {
  auto json = small_config();
  json["optimisers"].erase(1);
  return json;
}

std::string text(const TrialSpec& spec) {
  return spec.labels.optimiser + " " + to_json(spec).at("learning_rate").dump() + " " + std::to_string(spec.seed);
}

std::vector<std::string> texts(const std::vector<TrialSpec>& trials) {
  std::vector<std::string> all;
  for (const auto& trial : trials) all.push_back(text(trial));
  return all;
}

std::vector<std::string> plan(const Json& config, const std::vector<TrialRecord>& records,
                              const PlanOptions& options = {}) {
  return texts(plan_trials(parsed(config), records, options));
}

// A record for every trial that is planned without records, made by `make`.
std::vector<TrialRecord> searched(const Json& config, const std::function<TrialRecord(const TrialSpec&)>& make) {
  std::vector<TrialRecord> records;
  for (const auto& trial : plan_trials(parsed(config), {})) records.push_back(make(trial));
  return records;
}

TEST(Plan, WithoutRecordsIsTheWholeSearchOptimiserByOptimiser) {
  auto json = small_config();
  json["protocol"] = {{"search_seeds", {0, 1}}, {"repeat_seeds", {5}}};
  json["learning_rates"] = {0.1, 0.01};
  EXPECT_THAT(plan(json, {}), ElementsAre("adam 0.1 0", "adam 0.1 1", "adam 0.01 0", "adam 0.01 1", "sgd 0.1 0",
                                          "sgd 0.1 1", "sgd 0.01 0", "sgd 0.01 1"));
}

TEST(Plan, LeavesOutWhatIsRecorded) {
  auto records = searched(adam_config(), [](const auto& spec) { return record_of(spec); });
  EXPECT_THAT(plan(adam_config(), records), IsEmpty());
  records.erase(records.begin() + 1);
  EXPECT_THAT(plan(adam_config(), records), ElementsAre("adam 0.01 0"));
}

TEST(Plan, RecordsOfOtherTrialsDoNotCount) {
  auto json = adam_config();
  const auto records = searched(json, [](const auto& spec) { return record_of(spec); });
  json["budget"]["epochs"] = 3;
  EXPECT_EQ(plan(json, records).size(), 3U);
}

TEST(Plan, RecordsUnderOtherLabelsDo) {
  auto json = adam_config();
  const auto records = searched(json, [](const auto& spec) { return record_of(spec); });
  json["optimisers"][0]["label"] = "Adam";
  json["name"] = "other";
  EXPECT_THAT(plan(json, records), IsEmpty());
}

TEST(Plan, ACompleteSearchIsFollowedByRepeatsOfItsBestRate) {
  auto json = adam_config();
  json["protocol"] = {{"repeat_seeds", {1, 2}}};
  const auto records = searched(json, [](const auto& spec) {
    return record_of(spec, TrialStatus::kCompleted, spec.learning_rate == 0.01 ? 0.9 : 0.5);
  });
  EXPECT_THAT(plan(json, records), ElementsAre("adam 0.01 1", "adam 0.01 2"));
}

TEST(Plan, EveryCellGoesItsOwnWay) {
  auto json = small_config();
  json["protocol"] = {{"repeat_seeds", {1}}};
  auto records =
      searched(json, [](const auto& spec) { return record_of(spec, TrialStatus::kCompleted, spec.learning_rate); });
  records.pop_back();  // sgd at 0.1
  EXPECT_THAT(plan(json, records), ElementsAre("sgd 0.1 0", "adam 0.1 1"));
}

TEST(Plan, ALossIsBestWhereItIsSmallest) {
  auto json = adam_config();
  json["protocol"] = {{"repeat_seeds", {1}}, {"select", {{"metric", "loss"}}}};
  const auto records = searched(json, [](const auto& spec) {
    auto record = record_of(spec);
    record.final_metrics["test.loss"] = spec.learning_rate == 0.1 ? 0.5 : 0.7;
    return record;
  });
  EXPECT_THAT(plan(json, records), ElementsAre("adam 0.1 1"));
}

TEST(Plan, TheMeanOverTheSearchSeedsDecides) {
  auto json = adam_config();
  json["protocol"] = {{"search_seeds", {0, 1}}, {"repeat_seeds", {2}}};
  const auto records = searched(json, [](const auto& spec) {
    const double accuracy = spec.learning_rate == 0.1    ? (spec.seed == 0 ? 0.9 : 0.2)
                            : spec.learning_rate == 0.01 ? 0.6
                                                         : 0.5;
    return record_of(spec, TrialStatus::kCompleted, accuracy);
  });
  EXPECT_THAT(plan(json, records), ElementsAre("adam 0.01 2"));
}

TEST(Plan, OfEqualRatesTheSmallerWinsWhateverTheirOrder) {
  auto json = adam_config();
  json["learning_rates"] = {0.1, 0.001, 0.01};
  json["protocol"] = {{"repeat_seeds", {1}}};
  const auto records = searched(json, [](const auto& spec) { return record_of(spec); });
  EXPECT_THAT(plan(json, records), ElementsAre("adam 0.001 1"));
}

TEST(Plan, TheBestEpochDecidesWhereTheRuleSaysSo) {
  auto json = adam_config();
  json["protocol"] = {{"repeat_seeds", {1}}, {"select", {{"rule", "best"}}}};
  const auto records = searched(json, [](const auto& spec) {
    auto record = record_of(spec, TrialStatus::kCompleted, 0.6);
    if (spec.learning_rate == 0.1) record.curve[0].metrics["test.accuracy"] = 0.8;  // then it fell
    return record;
  });
  EXPECT_THAT(plan(json, records), ElementsAre("adam 0.1 1"));
}

TEST(Plan, DivergedAndNonFiniteRatesNeverWin) {
  auto json = adam_config();
  json["protocol"] = {{"repeat_seeds", {1}}};
  const auto records = searched(json, [](const auto& spec) {
    if (spec.learning_rate == 0.1) return record_of(spec, TrialStatus::kDiverged, 0.99);
    if (spec.learning_rate == 0.01) return record_of(spec, TrialStatus::kCompleted, kNaN);
    return record_of(spec, TrialStatus::kCompleted, 0.1);
  });
  EXPECT_THAT(plan(json, records), ElementsAre("adam 0.001 1"));
}

TEST(Plan, ARateThatDivergedOnOneSeedNeverWins) {
  auto json = adam_config();
  json["protocol"] = {{"search_seeds", {0, 1}}, {"repeat_seeds", {2}}};
  const auto records = searched(json, [](const auto& spec) {
    const bool diverged = spec.learning_rate == 0.1 && spec.seed == 1;
    return record_of(spec, diverged ? TrialStatus::kDiverged : TrialStatus::kCompleted, spec.learning_rate);
  });
  EXPECT_THAT(plan(json, records), ElementsAre("adam 0.01 2"));
}

TEST(Plan, WhereEveryRateDivergedThereAreNoRepeats) {
  auto json = adam_config();
  json["protocol"] = {{"repeat_seeds", {1}}};
  const auto records = searched(json, [](const auto& spec) { return record_of(spec, TrialStatus::kDiverged); });
  EXPECT_THAT(plan(json, records), IsEmpty());
}

TEST(Plan, FailuresAreDoneUnlessTheyAreRetried) {
  auto json = adam_config();
  json["protocol"] = {{"repeat_seeds", {1}}};
  for (const auto status : {TrialStatus::kFailed, TrialStatus::kTimedOut, TrialStatus::kOutOfMemory}) {
    const auto records = searched(json, [&](const auto& spec) {
      return record_of(spec, spec.learning_rate == 0.1 ? status : TrialStatus::kCompleted);
    });
    EXPECT_THAT(plan(json, records), ElementsAre("adam 0.001 1"));
    // The retried trial may yet be the best, so the repeats wait.
    EXPECT_THAT(plan(json, records, {.retry_failed = true}), ElementsAre("adam 0.1 0"));
  }
}

TEST(Plan, ADivergedTrialIsAResultAndIsNotRetried) {
  const auto records =
      searched(adam_config(), [](const auto& spec) { return record_of(spec, TrialStatus::kDiverged); });
  EXPECT_THAT(plan(adam_config(), records, {.retry_failed = true}), IsEmpty());
}

TEST(Plan, AnInterruptedTrialIsNeverDone) {
  const auto records =
      searched(adam_config(), [](const auto& spec) { return record_of(spec, TrialStatus::kInterrupted); });
  EXPECT_EQ(plan(adam_config(), records).size(), 3U);
}

TEST(Plan, AFailedRepeatIsRetriedToo) {
  auto json = adam_config();
  json["protocol"] = {{"repeat_seeds", {1}}};
  auto records = searched(json, [](const auto& spec) { return record_of(spec); });
  records.push_back(record_of(plan_trials(parsed(json), records).front(), TrialStatus::kFailed));
  EXPECT_THAT(plan(json, records), IsEmpty());
  EXPECT_THAT(plan(json, records, {.retry_failed = true}), ElementsAre("adam 0.001 1"));
}

TEST(Plan, ASeedOfTheSearchIsNotRepeated) {
  auto json = adam_config();
  json["protocol"] = {{"search_seeds", {0}}, {"repeat_seeds", {0, 1}}};
  const auto records = searched(json, [](const auto& spec) { return record_of(spec); });
  EXPECT_THAT(plan(json, records), ElementsAre("adam 0.001 1"));
}

TEST(Plan, ThePublishedRateIsRepeatedWhateverTheSearchFinds) {
  auto json = adam_config();
  json["optimisers"][0]["repeat_learning_rate"] = 0.05;
  json["protocol"] = {{"repeat_seeds", {1}}};
  EXPECT_THAT(plan(json, {}), ElementsAre("adam 0.001 0", "adam 0.01 0", "adam 0.1 0", "adam 0.05 1"));
  const auto records =
      searched(adam_config(), [](const auto& spec) { return record_of(spec, TrialStatus::kDiverged); });
  EXPECT_THAT(plan(json, records), ElementsAre("adam 0.05 1"));
}

TEST(Plan, NoTrialStandsThereTwice) {
  auto json = small_config();
  json["optimisers"] = {{{"name", "adam"}}, {{"name", "adam"}, {"label", "the same"}}};
  EXPECT_THAT(plan(json, {}), ElementsAre("adam 0.001 0", "adam 0.01 0", "adam 0.1 0"));
}

TEST(Plan, NamesTheSelectionMetricThatARecordLacksAndWhatThereIs) {
  auto json = adam_config();
  json["protocol"] = {{"repeat_seeds", {1}}, {"select", {{"metric", "running_loss"}, {"split", "train"}}}};
  const auto records = searched(json, [](const auto& spec) { return record_of(spec); });
  for (const char* rule : {"final", "best"}) {
    json["protocol"]["select"]["rule"] = rule;
    EXPECT_THAT(error_of([&] { plan(json, records); }),
                AllOf(HasSubstr("'train.running_loss'"), HasSubstr("'test.accuracy' or 'test.loss'"),
                      HasSubstr(records[0].id())))
        << rule;
  }
}

TEST(Plan, ADivergedRecordNeedsNoMetric) {
  auto json = adam_config();
  json["protocol"] = {{"repeat_seeds", {1}}};
  const auto records = searched(json, [](const auto& spec) {
    auto record = record_of(spec, TrialStatus::kDiverged);
    record.final_metrics.clear();
    record.curve.clear();
    return record;
  });
  EXPECT_THAT(plan(json, records), IsEmpty());
}

TEST(Plan, TheOrderOfTheRecordsDoesNotMatter) {
  auto json = small_config();
  json["protocol"] = {{"repeat_seeds", {1, 2}}};
  auto records =
      searched(json, [](const auto& spec) { return record_of(spec, TrialStatus::kCompleted, spec.learning_rate); });
  const auto forwards = plan(json, records);
  std::reverse(records.begin(), records.end());
  EXPECT_EQ(plan(json, records), forwards);
}

// The loop of `run`, without processes.
TEST(Plan, ExecutingItUntilItIsEmptyEnds) {
  auto json = small_config();
  json["protocol"] = {{"search_seeds", {0, 1}}, {"repeat_seeds", {1, 2, 3}}};
  std::vector<TrialRecord> records;
  int rounds = 0;
  for (auto trials = plan_trials(parsed(json), records); !trials.empty();
       trials = plan_trials(parsed(json), records), ++rounds) {
    for (const auto& trial : trials) records.push_back(record_of(trial));
  }
  EXPECT_EQ(rounds, 2);
  EXPECT_EQ(records.size(), 2U * (3 * 2 + 2));
}

}  // namespace
}  // namespace nero_bench
