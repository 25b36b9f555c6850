#include "harness/analysis/comparison.h"

#include <gmock/gmock.h>

#include <cmath>
#include <set>

#include "harness/experiment/plan.h"
#include "harness/fixtures.h"

namespace nero_bench {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const double kDiverged = std::nan("");

// A run of adam and sgd at one rate with these accuracies, a seed each; NaN: the trial diverged.
Run run_of(const std::vector<double>& adam, const std::vector<double>& sgd) {
  auto json = small_config();
  json["learning_rates"] = {0.1};
  std::vector<std::int64_t> seeds;
  for (std::size_t i = 0; i < adam.size(); ++i) seeds.push_back(static_cast<std::int64_t>(i));
  json["protocol"] = {{"search_seeds", {100}}, {"repeat_seeds", seeds}};
  Run run{"run", parsed(json), {}};
  for (auto trials = plan_trials(run.config, run.records); !trials.empty();
       trials = plan_trials(run.config, run.records)) {
    for (const auto& trial : trials) {
      const auto& values = trial.optimiser.at("name") == "adam" ? adam : sgd;
      const double accuracy = trial.seed == 100 ? 0.5 : values[static_cast<std::size_t>(trial.seed)];
      run.records.push_back(std::isnan(accuracy) ? record_of(trial, TrialStatus::kDiverged)
                                                 : record_of(trial, TrialStatus::kCompleted, accuracy));
    }
  }
  return run;
}

Comparison accuracies(const ComparisonResult& result) {
  for (const auto& row : result.rows) {
    if (row.metric == "test.accuracy") return row;
  }
  throw std::logic_error("no such row");
}

Comparison sgd_against_adam(const std::vector<double>& adam, const std::vector<double>& sgd,
                            const ComparisonOptions& options = {}) {
  const std::vector<std::string> names{"adam", "sgd"};
  return accuracies(compare_optimisers(run_of(adam, sgd), names, options));
}

TEST(Comparison, HasADirectionAndAnIntervalWhereADifferenceIsProven) {
  const auto row = sgd_against_adam({0.50, 0.51, 0.52, 0.53}, {0.70, 0.71, 0.72, 0.73});
  EXPECT_EQ(row.relation, Relation::kBetter);
  EXPECT_NEAR(row.difference, 0.2, 1e-12);
  EXPECT_NEAR(row.half_width, 2.446912 * 0.012909944 * std::sqrt(0.5), 1e-7);  // t of 6 degrees of freedom
  EXPECT_EQ(sgd_against_adam({0.70, 0.71, 0.72, 0.73}, {0.50, 0.51, 0.52, 0.53}).relation, Relation::kWorse);
  EXPECT_TRUE(std::isnan(sgd_against_adam({0.50, 0.51, 0.52}, {0.70, 0.71, 0.72, 0.73}).half_width));  // too few seeds
}

TEST(Comparison, HasTheBestValuesOfTrainingBesideThoseOfItsEnd) {
  auto run = run_of({0.50, 0.52}, {0.70, 0.72});
  for (auto& record : run.records) {
    if (record.spec.optimiser.at("name") == "adam") record.curve.front().metrics["test.accuracy"] = 0.6;
  }
  const std::vector<std::string> names{"adam", "sgd"};
  const auto row = accuracies(compare_optimisers(run, names));
  EXPECT_DOUBLE_EQ(row.of_left.mean, 0.51);
  EXPECT_DOUBLE_EQ(row.left_best, 0.6);
  EXPECT_DOUBLE_EQ(row.right_best, 0.71);
  EXPECT_TRUE(std::isnan(sgd_against_adam({0.5, kDiverged}, {0.5, 0.5}).left_best));
}

TEST(Comparison, CallsNothingTheSameThatRanksCouldNotTellApart) {
  const std::vector<double> three{0.500, 0.501, 0.502};
  EXPECT_EQ(sgd_against_adam(three, three).relation, Relation::kInconclusive);
  EXPECT_DOUBLE_EQ(sgd_against_adam(three, three).least_p_rank, 0.1);
  const std::vector<double> four{0.500, 0.501, 0.502, 0.503};
  EXPECT_EQ(sgd_against_adam(four, four).relation, Relation::kSame);
  EXPECT_EQ(sgd_against_adam(four, four, {.margin = 0.001}).relation, Relation::kInconclusive);
}

TEST(Comparison, OfOneSeedIsInconclusiveAndSaysWhatIsNeeded) {
  const auto row = sgd_against_adam({0.5}, {0.9});
  EXPECT_EQ(row.relation, Relation::kInconclusive);
  EXPECT_THAT(row.why, HasSubstr("at least 2 seeds"));
}

TEST(Comparison, RanksADivergedTrialBelowAllOthers) {
  const auto row = sgd_against_adam({0.5, 0.5, 0.5, 0.5}, {kDiverged, kDiverged, kDiverged, kDiverged});
  EXPECT_NEAR(row.p_rank, 2.0 / 70, 1e-12);
  EXPECT_EQ(row.relation, Relation::kWorse);  // there is no mean: ranks decide
  EXPECT_EQ(sgd_against_adam({kDiverged, kDiverged, kDiverged, kDiverged}, {0.5, 0.5, 0.5, 0.5}).relation,
            Relation::kBetter);
  const auto few = sgd_against_adam({0.5, 0.5, 0.5}, {kDiverged, kDiverged, kDiverged});
  EXPECT_EQ(few.relation, Relation::kInconclusive);
  EXPECT_THAT(few.why, AllOf(HasSubstr("diverged"), HasSubstr("with 4 seeds")));
  EXPECT_THAT(sgd_against_adam({0.5, 0.5, 0.5, 0.5}, {0.6, 0.6, 0.4, kDiverged}).why, HasSubstr("ranks do not tell"));
}

// With several rows Holm's method asks more of ranks than four seeds can give, and Welch's test decides alone.
TEST(Comparison, OfSeveralOptimisersTellsApartWhatTwoTestsDo) {
  const std::vector<double> low{0.50, 0.51, 0.52, 0.53};
  const std::vector<double> high{0.70, 0.71, 0.72, 0.73};
  auto run = run_of(low, high);
  run.config.optimisers.push_back(run.config.optimisers[1]);
  run.config.optimisers.back().label = "again";
  const std::vector<std::string> names{"adam", "sgd", "again"};
  const auto row = accuracies(compare_optimisers(run, names));
  EXPECT_EQ(row.family, 2);
  EXPECT_EQ(row.relation, Relation::kBetter);
  auto alike = run_of(low, low);
  alike.config.optimisers = run.config.optimisers;
  EXPECT_THAT(accuracies(compare_optimisers(alike, names)).why, HasSubstr("5 a side"));
}

TEST(Comparison, OfBytesNeedsNoStatistics) {
  const auto run = run_of({0.5}, {0.5});
  const auto result = compare_runs(std::vector<nero_bench::Run>{run, run});
  for (const auto& row : result.rows) {
    if (row.metric == "memory_bytes.optimiser_state") {
      EXPECT_EQ(row.relation, Relation::kSame);
    }
  }
}

TEST(Comparison, SaysThatValuesWereChosenBy) {
  auto run = run_of({0.5}, {0.5});
  run.config.protocol.repeat_seeds.clear();
  run.config.protocol.search_seeds = {0};
  EXPECT_THAT(compare_runs(std::vector<nero_bench::Run>{run, run}).notes,
              ElementsAre(HasSubstr("the values of run are, at least in part, those by which the rates were chosen")));
}

TEST(Comparison, SaysThatSomeOfTheSeedsChoseTheRateUnlessItIsPublished) {
  auto run = run_of({0.5, 0.6}, {0.5, 0.6});
  run.config.protocol.search_seeds = {0};
  run.config.optimisers[0].repeat_learning_rate = 0.1;
  const std::vector<std::string> names{"adam", "sgd"};
  EXPECT_THAT(compare_optimisers(run, names).notes, ElementsAre(HasSubstr("the values of sgd are, at least in part")));
  run.config.optimisers[1].repeat_learning_rate = 0.1;
  EXPECT_THAT(compare_optimisers(run, names).notes, ElementsAre());
}

TEST(Comparison, RefusesUnlikeEnvironmentsButNotAnotherCommit) {
  const auto left = run_of({0.5, 0.6}, {0.5, 0.6});
  auto right = left;
  for (auto& record : right.records) record.environment["commit"] = "another";
  EXPECT_NO_THROW(compare_runs(std::vector<nero_bench::Run>{left, right}));
  for (auto& record : right.records) record.environment["device"] = "cuda";
  const std::vector<nero_bench::Run> both{left, right};
  EXPECT_THAT(error_of([&] { compare_runs(both); }), HasSubstr("environment: device is"));
  EXPECT_THAT(compare_runs(both, {.across = {"environment"}}).notes, ElementsAre(HasSubstr("environment: device is")));
}

// A copy of a run whose trials are of reduced precision.
Run in_bfloat16(const Run& run) {
  auto json = small_config();
  json["learning_rates"] = {0.1};
  json["protocol"] = to_json(run.config).at("protocol");
  json["task"]["precision"] = "bfloat16";
  Run other{"rounded", parsed(json), run.records};
  for (auto& record : other.records) record.spec.task = json["task"];
  return other;
}

TEST(Comparison, RefusesAnotherPrecisionUnlessAskedNotTo) {
  const auto exact = run_of({0.5, 0.6}, {0.5, 0.6});
  const auto rounded = in_bfloat16(exact);
  const std::vector<nero_bench::Run> both{exact, rounded};
  EXPECT_THAT(error_of([&] { compare_runs(both); }),
              AllOf(HasSubstr("precision: task.precision is"), HasSubstr("--across precision")));
  const auto across = compare_runs(both, {.across = {"precision"}});
  EXPECT_THAT(across.notes, ElementsAre(HasSubstr(R"("float32" for run, "bfloat16" for rounded)")));
  EXPECT_NO_THROW(compare_runs(std::vector<nero_bench::Run>{rounded, rounded}));
}

TEST(Comparison, WithinARunSetsOptimisersOfOnePrecisionAgainstEachOther) {
  auto json = small_config();
  json["axes"] = {{"task.precision", {"float32", "bfloat16"}}};
  nero_bench::Run run{"run", parsed(json), {}};
  const std::vector<std::string> names{"adam", "sgd"};
  std::set<std::string> tasks;
  for (const auto& row : compare_optimisers(run, names).rows) tasks.insert(row.task);
  EXPECT_THAT(tasks, ElementsAre("image_classification", "image_classification, bfloat16"));
  json.erase("axes");
  json["optimisers"][1]["axes"] = {{"task.precision", {"bfloat16"}}};
  run.config = parsed(json);
  EXPECT_THAT(error_of([&] { compare_optimisers(run, names); }),
              HasSubstr(R"(precision: task.precision is "float32" for adam, "bfloat16" for sgd)"));
}

TEST(Comparison, NamesTheValuesOfATaskThatDiffer) {
  const auto left = run_of({0.5, 0.6}, {0.5, 0.6});
  auto json = small_config();
  json["learning_rates"] = {0.1};
  json["protocol"] = to_json(left.config).at("protocol");
  json["task"]["batch_size"] = 7;
  const nero_bench::Run right{"other", parsed(json), {}};
  const auto error = error_of([&] { compare_runs(std::vector<nero_bench::Run>{left, right}); });
  EXPECT_THAT(error, AllOf(HasSubstr("task: task.batch_size is"), HasSubstr(" for run, 7 for other; make them")));
}

TEST(Comparison, RefusesRunsWithNothingInCommonAndUnknownOptimisers) {
  const auto left = run_of({0.5}, {0.5});
  auto right = left;
  right.config.optimisers = {right.config.optimisers[0]};
  right.config.optimisers[0].label = "other";
  EXPECT_THAT(error_of([&] {
                compare_runs(std::vector<nero_bench::Run>{left, right});
              }),
              HasSubstr("run and run have no optimiser on a task in common"));
  const std::vector<std::string> names{"adam", "nero"};
  EXPECT_THAT(error_of([&] { compare_optimisers(left, names); }), HasSubstr("'adam' or 'sgd'"));
}

}  // namespace
}  // namespace nero_bench
