#include "harness/report/table.h"

#include <gmock/gmock.h>

#include <cmath>
#include <sstream>

#include "harness/experiment/plan.h"
#include "harness/fixtures.h"
#include "harness/report/columns.h"
#include "harness/report/exact_comparison_report.h"

namespace nero_bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string table_of(const ExperimentConfig& config, const std::vector<TrialRecord>& records) {
  return summary_table(summarise(config, records));
}

// Accuracy falls by .1 a decade away from 0.01, and by .3 more at depth 20 but for nero; sgd diverges at 1.
TrialRecord depth_record(const TrialSpec& spec) {
  const bool is_nero = spec.optimiser.at("name") == "nero";
  const double loss_of_depth = spec.task.at("model").at("depth") == 20 && !is_nero ? 0.3 : 0;
  const bool diverges = spec.optimiser.at("name") == "sgd" && spec.learning_rate == 1;
  auto record = record_of(spec, diverges ? TrialStatus::kDiverged : TrialStatus::kCompleted,
                          0.8 - loss_of_depth - 0.1 * std::abs(std::log10(spec.learning_rate) + 2));
  record.memory.optimiser_state = is_nero ? 9'876 : 1'442'816;
  return record;
}

TEST(SummaryTable, IsABlockATaskALineAnOptimiserAColumnARate) {
  const auto config = parsed(Json::parse(R"({
    "name": "quickstart",
    "description": "Three optimisers over five learning rates on networks of depth 5 and 20; sgd also from balanced weights.",
    "task": {"name": "image_classification", "model": {"name": "mlp"}},
    "budget": {"epochs": 6},
    "learning_rates": {"from": 1e-4, "to": 1},
    "axes": {"task.model.depth": [5, 20]},
    "optimisers": [{"name": "nero"}, {"name": "sgd", "axes": {"task.model.init": ["default", "balanced"]}}, {"name": "adam"}]
  })"));
  std::vector<TrialRecord> records;
  for (const auto& trial : plan_trials(config, {})) records.push_back(depth_record(trial));
  EXPECT_EQ(table_of(config, records), R"(quickstart
Three optimisers over five learning rates on networks of depth 5 and 20; sgd
also from balanced weights.

depth 5                                      test accuracy by learning rate
  optimiser          1e-4  1e-3  1e-2  1e-1     1  best    state B  step ms
  nero               .600  .700  .800* .700  .600  1e-2      9,876     4.00
  sgd, init default  .600  .700  .800* .700   div  1e-2  1,442,816     4.00
  adam               .600  .700  .800* .700  .600  1e-2  1,442,816     4.00
  sgd, init balanced .600  .700  .800* .700   div  1e-2  1,442,816     4.00

depth 20                                     test accuracy by learning rate
  optimiser          1e-4  1e-3  1e-2  1e-1     1  best    state B  step ms
  nero               .600  .700  .800* .700  .600  1e-2      9,876     4.00
  sgd, init default  .300  .400  .500* .400   div  1e-2  1,442,816     4.00
  adam               .300  .400  .500* .400  .300  1e-2  1,442,816     4.00
  sgd, init balanced .300  .400  .500* .400   div  1e-2  1,442,816     4.00

* best rate; div diverged
40 trials: 36 completed, 4 diverged
)");
}

TEST(SummaryTable, ShowsSeedsEndingsAndRepeats) {
  auto json = small_config();
  json["protocol"] = {{"search_seeds", {0, 1, 2}}, {"repeat_seeds", {3, 4}}};
  json["optimisers"].push_back({{"name", "lamb"}});
  const auto config = parsed(json);
  std::vector<TrialRecord> records;
  for (const auto& trial : plan_trials(config, {})) {
    const auto& name = trial.optimiser.at("name");
    if (name == "lamb" && trial.learning_rate == 0.1) continue;
    auto status = TrialStatus::kCompleted;
    if (name == "sgd" && trial.learning_rate == 0.1) status = TrialStatus::kDiverged;
    if (name == "sgd" && trial.learning_rate == 0.01 && trial.seed == 1) status = TrialStatus::kFailed;
    records.push_back(record_of(trial, status, 0.5 + 0.1 * static_cast<double>(trial.seed) + trial.learning_rate));
  }
  for (const auto& trial : plan_trials(config, records)) {
    if (trial.seed >= 3)
      records.push_back(record_of(trial, TrialStatus::kCompleted, 0.5 + 0.01 * static_cast<double>(trial.seed)));
  }
  records.erase(records.end() - 1);  // a repeat of sgd
  EXPECT_EQ(table_of(config, records), R"(small

image_classification          test accuracy by learning rate
  optimiser  1e-3      1e-2   1e-1  best  state B  step ms
  adam       .601      .610   .700* 1e-1>   8,000     4.00
            ±.100     ±.100  ±.100
  sgd        .601* fail 1/3    div  1e-3<   8,000     4.00
            ±.100
  lamb       .601      .610*     -  1e-2?   8,000     4.00
            ±.100     ±.100

  repeats  rate  seeds   mean      ±    min    max
  adam     1e-1    2/2  .5350  .0071  .5300  .5400
  sgd      1e-3    1/2  .5300      -  .5300  .5300  - 1/2
  lamb        ?

* best rate; ± standard deviation over 3 search seeds; < best rate is the
smallest of its grid: a wider grid may do better; > best rate is the largest of
its grid: a wider grid may do better; ? search not complete; div diverged; fail
failed: --retry-failed runs it again; - not run yet
31 trials: 23 completed, 3 diverged, 1 failed, 4 not run yet
)");
}

TEST(SummaryTable, OfADesignShowsTheBestPointOfEverySearch) {
  auto json = listed_search_config();
  json["search"]["studies"] = 2;
  json["protocol"] = {{"repeat_seeds", {7}}};
  const auto config = parsed(json);
  std::vector<TrialRecord> records;
  for (const auto& trial : plan_trials(config, {})) {
    const bool diverges = trial.seed == 1000 && trial.learning_rate == 0.1;
    records.push_back(record_of(trial, diverges ? TrialStatus::kDiverged : TrialStatus::kCompleted,
                                trial.optimiser.at("momentum") == 0.5 ? 0.8 : 0.6));
  }
  records.push_back(record_of(plan_trials(config, records).front(), TrialStatus::kCompleted, 0.7));
  EXPECT_EQ(table_of(config, records), R"(small

image_classification                         test accuracy at the best point
  optimiser     points  best      rate  momentum  nesterov  state B  step ms
  sgd, study 1     3/3  .800      1e-1       0.5      true    8,000     4.00
  sgd, study 2     1/3  .600   1.23e-2     0.123     false    8,000     4.00

  repeats          rate  seeds   mean  ±    min    max
  sgd, study 1     1e-1    1/1  .7000  -  .7000  .7000
  sgd, study 2  1.23e-2    0/1      -  -      -      -  -

- not run yet
8 trials: 5 completed, 2 diverged, 1 not run yet
)");
}

TEST(SummaryTable, NamesNoBestRateWhereAllGiveTheSame) {
  const auto config = parsed(small_config());
  std::vector<TrialRecord> records;
  for (const auto& trial : plan_trials(config, {})) records.push_back(record_of(trial, TrialStatus::kCompleted, 0.1));
  const auto table = table_of(config, records);
  EXPECT_THAT(table, HasSubstr("alike every rate gives the same, so none is best"));
  EXPECT_THAT(table, Not(HasSubstr("*")));
}

TEST(SummaryTable, NeverIsWiderThan80Columns) {
  auto json = small_config();
  json["name"] = std::string(100, 'n');
  json["description"] = std::string(300, 'd') + " \u00e9\u00e9";
  json["learning_rates"] = {{"from", 1.234567e-4}, {"to", 10}, {"per_decade", 7}};
  json["optimisers"][0]["label"] = std::string(150, 'l');
  json["axes"] = {{"task.model.a_very_long_name_of_an_option", {std::string(100, 'v'), "w"}}, {"task.other", {1}}};
  json["protocol"] = {{"search_seeds", {0, 1}},
                      {"repeat_seeds", {2, 3}},
                      {"select", {{"metric", "running_accuracy"}, {"split", "train"}, {"rule", "best"}}}};
  const auto config = parsed(json);
  std::vector<TrialRecord> records;
  for (const auto& trial : plan_trials(config, {})) {
    records.push_back(record_of(trial));
    for (auto& point : records.back().curve)
      point.metrics["train.running_accuracy"] = 1e-9 * static_cast<double>(trial.seed);
  }
  for (const auto& with : {std::vector<TrialRecord>(), records}) {
    const auto lines = lines_of(table_of(config, with));
    EXPECT_GT(lines.size(), 20U);
    for (const auto& line : lines) EXPECT_LE(display_width(line), 80U) << line;
  }
}

TEST(SummaryTable, LetsNoControlCharacterThrough) {
  auto json = small_config();
  json["description"] = "a\x1b[31m\u009b31m\rb";
  json["task"]["label"] = "c\nd\x07";
  json["optimisers"][0]["label"] = "e\x1b]0;title\x07";
  for (const unsigned char c : table_of(parsed(json), {})) EXPECT_TRUE(c >= 0x20 || c == '\n') << static_cast<int>(c);
  EXPECT_THAT(table_of(parsed(json), {}), AllOf(HasSubstr("\\x1b]0;title\\x07"), Not(HasSubstr("\u009b"))));
}

TEST(SummaryTable, SaysWhenTheBestRateIsAtTheEdgeOfTheGrid) {
  const auto config = parsed(small_config());
  std::vector<TrialRecord> records;
  for (const auto& trial : plan_trials(config, {})) {
    records.push_back(record_of(trial, TrialStatus::kCompleted,
                                trial.optimiser.at("name") == "sgd" ? trial.learning_rate : 1 - trial.learning_rate));
  }
  EXPECT_THAT(table_of(config, records),
              AllOf(HasSubstr(" 1e-3< "), HasSubstr(" 1e-1> "), HasSubstr("< best rate is the smallest"),
                    HasSubstr("> best rate is the largest")));
}

const std::vector<Difference> kDifferences{{"adam-1", "curve[1].metrics.test.loss", "2.0", "2.125"},
                                           {"adam-2", "", "present", ""},
                                           {"adam-3", "counts.x", "", "\"\x1b\""}};

TEST(ExactComparisonReport, ShowsWhatDiffers) {
  EXPECT_EQ(render(ExactComparison{{}, "ours", "theirs", 105, 105}, Format::kTable),
            "105 records, equal but for timings, dates and process memory\n");
  EXPECT_EQ(render(ExactComparison{kDifferences, "ours", "theirs", 5, 6}, Format::kTable), R"(adam-1
  at curve[1].metrics.test.loss
    ours    2.0
    theirs  2.125
adam-3
  at counts.x
    ours    nothing
    theirs  "\x1b"
adam-2
  only in ours
3 of the trials differ (5 records in ours, 6 in theirs)
)");
}

TEST(ExactComparisonReport, SumsUpTheTrialsOfOneSideBelowWhatDiffers) {
  std::vector<Difference> differences;
  for (int i = 0; i < 300; ++i) differences.push_back({"adam-" + std::to_string(100 + i), "", "", "present"});
  differences.push_back({"sgd-1", "steps", "1", "2"});
  const auto text = render(ExactComparison{differences, "ours", "theirs", 1, 301}, Format::kTable);
  EXPECT_THAT(text, testing::StartsWith("sgd-1\n"));
  EXPECT_THAT(text, HasSubstr("adam-102\n  only in theirs\nand 297 more only in theirs\n301 of the trials differ"));
}

TEST(ExactComparisonReport, HasEveryFormat) {
  const ExactComparison comparison{kDifferences, "ours", "theirs", 5, 6};
  const auto json = Json::parse(render(comparison, Format::kJson));
  EXPECT_EQ(json.at("equal"), false);
  EXPECT_EQ(json.at("right_records"), 6);
  EXPECT_EQ(json.at("right"), "theirs");
  EXPECT_EQ(
      json.at("differences").at(0),
      Json::parse(R"({"trial": "adam-1", "path": "curve[1].metrics.test.loss", "left": "2.0", "right": "2.125"})"));
  EXPECT_EQ(json.at("differences").at(1).at("right"), nullptr);
  EXPECT_EQ(Json::parse(render(ExactComparison{{}, "ours", "theirs", 5, 5}, Format::kJson)).at("equal"), true);
  EXPECT_EQ(render(ExactComparison{{}, "ours", "theirs", 5, 5}, Format::kJsonLines), "");
  EXPECT_EQ(render(ExactComparison{{}, "ours", "theirs", 5, 5}, Format::kCsv), "trial,path,left,right\r\n");
  EXPECT_THAT(render(comparison, Format::kCsv), HasSubstr("adam-2,,present,\r\n"));
  EXPECT_THAT(render(comparison, Format::kMarkdown),
              AllOf(HasSubstr("| trial | path | ours | theirs |"), HasSubstr("| adam-2 |  | present |  |")));
}

}  // namespace
}  // namespace nero_bench
