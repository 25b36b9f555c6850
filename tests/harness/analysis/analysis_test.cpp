#include "harness/analysis/analysis.h"

#include <gmock/gmock.h>

#include <cmath>
#include <functional>

#include "harness/experiment/plan.h"
#include "harness/fixtures.h"

namespace nero_bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Adam and sgd over three rates with three search seeds and one fresh one.
ExperimentConfig config() {
  auto json = small_config();
  json["protocol"] = {{"search_seeds", {0, 1, 2}}, {"repeat_seeds", {2, 3}}};
  json["optimisers"][0]["default_learning_rate"] = 0.001;
  return parsed(json);
}

// Accuracy of adam by rate .3, .7, .5 and a little by seed; sgd guesses. The repeat of adam at .01 gets .6.
std::vector<TrialRecord> records_of(const ExperimentConfig& experiment) {
  std::vector<TrialRecord> records;
  const auto add = [&](const TrialSpec& spec, double accuracy) {
    records.push_back(record_of(spec, TrialStatus::kCompleted, accuracy));
    records.back().initial["trivial.test.accuracy"] = 0.1;
  };
  for (const auto& spec : plan_trials(experiment, {})) {
    const double adam = spec.learning_rate == 0.001 ? 0.3 : spec.learning_rate == 0.01 ? 0.7 : 0.5;
    add(spec, spec.labels.optimiser == "adam" ? adam + 0.01 * static_cast<double>(spec.seed) : 0.1);
  }
  for (const auto& spec : plan_trials(experiment, records)) add(spec, spec.labels.optimiser == "adam" ? 0.6 : 0.1);
  return records;
}

// Of every trial of adam and sgd that the plan asks for, with this accuracy; NaN: it diverged.
std::vector<TrialRecord> all_records(const ExperimentConfig& experiment,
                                     const std::function<double(const TrialSpec&)>& accuracy) {
  std::vector<TrialRecord> records;
  for (auto specs = plan_trials(experiment, {}); !specs.empty(); specs = plan_trials(experiment, records)) {
    for (const auto& spec : specs) {
      const double value = accuracy(spec);
      records.push_back(std::isnan(value) ? record_of(spec, TrialStatus::kDiverged)
                                          : record_of(spec, TrialStatus::kCompleted, value));
      records.back().initial["trivial.test.accuracy"] = 0.1;
    }
  }
  return records;
}

TEST(Analysis, JudgesTheBestRateOnTheSeedThatIsNoSearchSeed) {
  const auto adam = analyse(config(), records_of(config())).cells[0];
  EXPECT_EQ(adam.standing, Standing::kLearns);
  EXPECT_EQ(adam.best_rate, 0.01);
  EXPECT_NEAR(adam.best_score, 0.71, 1e-12);
  ASSERT_TRUE(adam.fresh.has_value());
  EXPECT_EQ(adam.fresh->score.count, 1);  // seed 3; seed 2 is a search seed
  EXPECT_NEAR(adam.fresh->score.value, 0.6, 1e-12);
  EXPECT_NEAR(adam.selection_gap, 0.11, 1e-12);
}

TEST(Analysis, HasIntervalsFromThreeSeedsOn) {
  const auto adam = analyse(config(), records_of(config())).cells[0];
  const auto& value = adam.sensitivity->shared.value;
  EXPECT_EQ(value.count, 3);
  EXPECT_NEAR(value.value, 0.7 - 0.5, 1e-12);  // every seed shifts all rates alike
  ASSERT_TRUE(value.interval.has_value());
  EXPECT_NEAR(value.interval->low, 0.2, 1e-12);
  EXPECT_NEAR(value.interval->high, 0.2, 1e-12);
}

TEST(Analysis, KnowsWhatLearnsAlthoughASeedDivergesAtEveryRate) {
  const auto adam =
      analyse(config(), all_records(config(),
                                    [](const TrialSpec& spec) {
                                      const double rate = spec.learning_rate;
                                      const std::int64_t diverging = rate == 0.001 ? 0 : rate == 0.01 ? 1 : 2;
                                      return spec.seed == diverging ? std::nan("") : rate == 0.01 ? 0.9 : 0.3;
                                    }))
          .cells[0];
  EXPECT_EQ(adam.standing, Standing::kLearns);
  EXPECT_EQ(adam.best_rate, 0.01);
  EXPECT_EQ(adam.best_diverged, 1);
  EXPECT_NEAR(adam.best_score, 1 - (0.1 + 0.9 + 0.1) / 3, 1e-12);
  EXPECT_FALSE(adam.fresh.has_value());  // no rate is repeated
  EXPECT_TRUE(adam.sensitivity.has_value());
}

// At the best rate one of three seeds diverges: the second best is repeated.
TEST(Analysis, RestsOnOneBestRateAndSaysThatAnotherWasRepeated) {
  const auto adam = analyse(config(), all_records(config(),
                                                  [](const TrialSpec& spec) {
                                                    if (spec.learning_rate < 0.1) return spec.seed == 3 ? 0.25 : 0.3;
                                                    return spec.seed == 1 ? std::nan("") : 0.9;
                                                  }))
                        .cells[0];
  EXPECT_EQ(adam.best_rate, 0.1);
  EXPECT_EQ(adam.best_at, GridEdge::kLargest);
  EXPECT_EQ(adam.best_diverged, 1);
  EXPECT_NEAR(adam.sensitivity->tuning.back().score, adam.best_score, 1e-12);
  EXPECT_FALSE(adam.sensitivity->own.complete);
  ASSERT_TRUE(adam.fresh.has_value());
  EXPECT_TRUE(adam.fresh_of_another);
  EXPECT_EQ(adam.fresh->learning_rate, 0.001);
  EXPECT_NEAR(adam.selection_gap, 0.05, 1e-12);  // .3 on the search seeds there
  EXPECT_TRUE(adam.target->on_search_seeds);
}

TEST(Analysis, PutsABestRateAtNoEndOfTheGridWhereAllRatesGiveTheSame) {
  const auto adam = analyse(config(), all_records(config(), [](const TrialSpec&) { return 0.7; })).cells[0];
  EXPECT_TRUE(adam.rates_alike);
  EXPECT_EQ(adam.best_at, GridEdge::kInside);
  EXPECT_THAT(adam.try_next, testing::IsEmpty());
  EXPECT_FALSE(analyse(config(), records_of(config())).cells[0].rates_alike);
}

TEST(Analysis, OfWhatDoesNotRepeatOnFreshSeedsHasNoFigures) {
  const auto adam =
      analyse(config(),
              all_records(config(), [](const TrialSpec& spec) { return spec.seed == 3 ? std::nan("") : 0.7; }))
          .cells[0];
  EXPECT_EQ(adam.standing, Standing::kDoesNotRepeat);
  EXPECT_NEAR(adam.fresh->score.value, 0.1, 1e-12);
  EXPECT_FALSE(adam.sensitivity.has_value());
  EXPECT_FALSE(adam.target.has_value());
}

TEST(Analysis, LosesNothingWithADefaultRateThatIsTheBest) {
  auto experiment = config();
  experiment.optimisers[0].default_learning_rate = 0.01;
  const auto records = records_of(experiment);  // .71 on the search seeds, .6 on the fresh one
  EXPECT_EQ(analyse(experiment, records).cells[0].default_rate->regret, 0);
}

TEST(Analysis, OfASingleRateHasNoFiguresOverRates) {
  auto json = small_config();
  json["learning_rates"] = {0.1};
  const auto experiment = parsed(json);
  const auto adam = analyse(experiment, all_records(experiment, [](const TrialSpec&) { return 0.7; })).cells[0];
  EXPECT_EQ(adam.standing, Standing::kLearns);
  EXPECT_FALSE(adam.sensitivity.has_value());
  EXPECT_TRUE(adam.target.has_value());
}

TEST(Analysis, NothingBeatsATrivialPredictorThatIsPerfect) {
  auto records = all_records(config(), [](const TrialSpec&) { return 1; });
  for (auto& record : records) record.initial["trivial.test.accuracy"] = 1;
  EXPECT_EQ(analyse(config(), records).cells[0].standing, Standing::kNeverLearns);
}

TEST(Analysis, RefusesOptionsThatCannotBe) {
  const auto error = [](const AnalysisOptions& options) { return error_of([&] { analyse(config(), {}, options); }); };
  EXPECT_THAT(error({.margin = std::nan("")}), HasSubstr("--margin nan: expected a number in [0, 1]"));
  EXPECT_THAT(error({.tolerance = std::nan("")}), HasSubstr("--tolerance nan"));
  EXPECT_THAT(error({.window = HUGE_VAL}), HasSubstr("--window inf"));
  EXPECT_THAT(error({.confidence = std::nan("")}), HasSubstr("--confidence nan"));
  EXPECT_THAT(error({.trivial_score = 5}), HasSubstr("--trivial-score 5: expected a number in [0, 1]"));
  EXPECT_THAT(error({.trivial_score = std::nan("")}), HasSubstr("--trivial-score nan"));
  EXPECT_THAT(error({.target_score = -3}), HasSubstr("--target -3"));
  EXPECT_EQ(error({.trivial_score = 0.1, .target_score = 1}), "no error");
}

TEST(Analysis, JudgesTheDefaultRateOnAllSeedsAsNoneChoseIt) {
  const auto adam = analyse(config(), records_of(config())).cells[0];
  ASSERT_TRUE(adam.default_rate.has_value());
  EXPECT_EQ(adam.default_rate->result.score.count, 3);
  EXPECT_NEAR(adam.default_rate->result.score.value, 0.31, 1e-12);
  EXPECT_FALSE(adam.default_rate->fails);
  EXPECT_NEAR(adam.default_rate->regret, 0.71 - 0.31, 1e-12);  // on the seeds that ran at both rates
}

TEST(Analysis, OfWhatGuessesAtEveryRateHasNoFigures) {
  const auto sgd = analyse(config(), records_of(config())).cells[1];
  EXPECT_EQ(sgd.standing, Standing::kNeverLearns);
  EXPECT_FALSE(sgd.sensitivity.has_value());
  EXPECT_FALSE(sgd.default_rate.has_value());
}

TEST(Analysis, CountsADivergedTrialAsOneThatHasLearntNothing) {
  auto records = records_of(config());
  for (auto& record : records) {
    if (record.spec.learning_rate == 0.1 && record.spec.labels.optimiser == "adam")
      record.status = TrialStatus::kDiverged;
  }
  const auto adam = analyse(config(), records).cells[0];
  EXPECT_EQ(adam.curve[2].diverged, 3);
  EXPECT_NEAR(adam.curve[2].error, 0.9, 1e-12);
  EXPECT_EQ(adam.standing, Standing::kLearns);
}

TEST(Analysis, OfAnIncompleteSearchHasNoFigures) {
  auto records = records_of(config());
  records.front().status = TrialStatus::kFailed;
  EXPECT_EQ(analyse(config(), records).cells[0].standing, Standing::kIncomplete);
  EXPECT_FALSE(analyse(config(), records).cells[0].sensitivity.has_value());
  EXPECT_EQ(analyse(config(), {}).cells[1].standing, Standing::kIncomplete);
}

TEST(Analysis, WithoutATrivialPredictorJudgesNothingUnlessOneIsGiven) {
  auto records = records_of(config());
  for (auto& record : records) record.initial.clear();
  EXPECT_EQ(analyse(config(), records).cells[0].standing, Standing::kNoReference);
  EXPECT_FALSE(analyse(config(), records).cells[0].sensitivity.has_value());
  EXPECT_EQ(analyse(config(), records, {.trivial_score = 0.1}).cells[0].standing, Standing::kLearns);
}

TEST(Analysis, SuggestsRatesBeyondABestOneAtTheEnd) {
  auto records = records_of(config());
  for (auto& record : records) {
    if (record.spec.learning_rate == 0.1) record.final_metrics["test.accuracy"] = 0.9;
  }
  const auto adam = analyse(config(), records).cells[0];
  EXPECT_EQ(adam.best_at, GridEdge::kLargest);
  EXPECT_THAT(adam.try_next, ElementsAre(1));
  EXPECT_FALSE(adam.sensitivity->own.complete);
}

TEST(Analysis, OverTasksPoolsNoPrecisions) {
  const auto over_tasks_with = [](const Json& axes) {
    auto json = small_config();
    json["axes"] = axes;
    const auto experiment = parsed(json);
    return analyse(experiment, all_records(experiment, [](const TrialSpec&) { return 0.5; })).over_tasks.size();
  };
  EXPECT_EQ(over_tasks_with({{"task.batch_size", {10, 20}}}), 2);
  EXPECT_EQ(over_tasks_with({{"task.precision", {"float32", "bfloat16"}}}), 0);
}

TEST(Analysis, OfASearchDesignHasATuningCurveAndNoFiguresOverRates) {
  const auto experiment = parsed(listed_search_config());
  std::vector<TrialRecord> records;
  for (const auto& spec : plan_trials(experiment, {})) {
    records.push_back(record_of(spec, TrialStatus::kCompleted, 0.5));
    records.back().initial["trivial.test.accuracy"] = 0.1;
  }
  const auto sgd = analyse(experiment, records).cells[0];
  EXPECT_TRUE(sgd.is_design);
  ASSERT_TRUE(sgd.sensitivity.has_value());
  EXPECT_EQ(sgd.sensitivity->tuning.size(), 3U);
  EXPECT_EQ(sgd.sensitivity->shared.rates, 0);
}

}  // namespace
}  // namespace nero_bench
