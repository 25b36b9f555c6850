#include "harness/report/export.h"

#include <gmock/gmock.h>

#include <limits>

#include "harness/experiment/plan.h"
#include "harness/fixtures.h"

namespace nero_bench {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Summary example() {
  auto json = small_config();
  json["optimisers"].erase(1);
  json["learning_rates"] = {0.1, 0.01};
  json["protocol"] = {{"repeat_seeds", {1, 2}}};
  const auto config = parsed(json);
  std::vector<TrialRecord> records;
  for (const auto& trial : plan_trials(config, {})) {
    const bool diverged = trial.learning_rate == 0.1;
    records.push_back(record_of(trial, diverged ? TrialStatus::kDiverged : TrialStatus::kCompleted, 0.5));
  }
  for (const auto& trial : plan_trials(config, records))
    records.push_back(record_of(trial, TrialStatus::kCompleted, trial.seed == 1 ? 0.25 : 0.75));
  return summarise(config, records);
}

std::string line(const std::string& text, int number) {
  std::size_t begin = 0;
  for (int i = 1; i < number; ++i) begin = text.find('\n', begin) + 1;
  return text.substr(begin, text.find('\n', begin) - begin);
}

TEST(Format, IsKnownByItsName) {
  for (const auto& name : format_names()) EXPECT_NO_THROW(parse_format(name));
  EXPECT_THAT(error_of([] { parse_format("xml"); }),
              AllOf(HasSubstr("--format xml"), HasSubstr("'table', 'json', 'jsonl', 'csv' or 'md'")));
}

TEST(Export, JsonHoldsTheSummaryWithNonFiniteNumbersAsText) {
  const Json json = Json::parse(render(example(), Format::kJson));
  EXPECT_EQ(json.at("metric"), "test.accuracy");
  EXPECT_EQ(json.at("totals").at("completed"), 3);
  const Json& cell = json.at("cells").at(0);
  EXPECT_EQ(cell.at("best_rate"), 0.01);
  EXPECT_EQ(cell.at("rates").at(1).at("mean"), "nan");
  EXPECT_EQ(cell.at("rates").at(1).at("statuses").at("diverged"), 1);
  EXPECT_EQ(cell.at("repeats").at("mean"), 0.5);
  EXPECT_EQ(cell.at("state_bytes"), 8000);
}

TEST(Export, JsonLinesAreAnObjectACell) {
  const auto text = render(example(), Format::kJsonLines);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_EQ(Json::parse(text).at("experiment"), "small");
}

TEST(Export, CsvIsARowARate) {
  const auto text = render(example(), Format::kCsv);
  EXPECT_THAT(text, StartsWith("experiment,task,optimiser,phase,learning_rate,best,metric,mean,standard_deviation,min,"
                               "max,completed,diverged,"));
  EXPECT_EQ(line(text, 2),
            "small,image_classification,adam,search,0.01,true,test.accuracy,0.5,nan,0.5,0.5,1,0,0,0,0,0,0,8000,0.004,0."
            "001,\r");
  EXPECT_EQ(line(text, 3),
            "small,image_classification,adam,search,0.1,false,test.accuracy,nan,nan,nan,nan,0,1,0,0,0,0,0,8000,0.004,0."
            "001,\r");
  EXPECT_THAT(
      line(text, 4),
      StartsWith(
          "small,image_classification,adam,repeat,0.01,true,test.accuracy,0.5,0.3535533905932738,0.25,0.75,2,0"));
}

TEST(Export, CarriesTheSettingsOfThePointsOfADesign) {
  const auto config = parsed(listed_search_config());
  std::vector<TrialRecord> records;
  for (const auto& trial : plan_trials(config, {})) records.push_back(record_of(trial));
  const auto summary = summarise(config, records);
  const Json cell = Json::parse(render(summary, Format::kJsonLines));
  EXPECT_EQ(cell.at("best"), 0);
  EXPECT_EQ(cell.at("best_settings"), Json::parse(R"({"optimiser.momentum": 0.123456, "optimiser.nesterov": false})"));
  EXPECT_EQ(cell.at("rates").at(2).at("settings").at("optimiser.momentum"), 0.5);
  EXPECT_THAT(line(render(summary, Format::kCsv), 2),
              EndsWith(R"(,"{""optimiser.momentum"":0.123456,""optimiser.nesterov"":false}")"
                       "\r"));
}

TEST(Export, CsvQuotesAndDisarmsTexts) {
  auto summary = example();
  const std::vector<std::pair<std::string, std::string>> cases{{"a,b", "\"a,b\""},
                                                               {"a\"b", "\"a\"\"b\""},
                                                               {"a\nb", "a b"},
                                                               {"=1+1", "'=1+1"},
                                                               {"+1", "'+1"},
                                                               {"-1", "'-1"},
                                                               {"@x", "'@x"},
                                                               {"=a,b", "\"'=a,b\""},
                                                               {"\tx", " x"},
                                                               {"\x1b[m", "\\x1b[m"},
                                                               {"a\u202eb", "a\\u202eb"}};
  for (const auto& [label, field] : cases) {
    summary.cells[0].task = label;
    EXPECT_THAT(render(summary, Format::kCsv), HasSubstr("\r\nsmall," + field + ",adam,")) << label;
  }
}

TEST(Export, NegativeNumbersOfCsvStayNumbers) {
  auto summary = example();
  summary.cells[0].rates[0].metric.mean = -0.5;
  summary.cells[0].rates[0].metric.minimum = -std::numeric_limits<double>::infinity();
  EXPECT_THAT(render(summary, Format::kCsv), AllOf(HasSubstr(",-0.5,"), HasSubstr(",-inf,")));
}

TEST(Export, MarkdownEscapesItsOwnMarks) {
  auto summary = example();
  summary.cells[0].task = "a|b\n<script>";
  const auto text = render(summary, Format::kMarkdown);
  EXPECT_THAT(line(text, 3), StartsWith("| small | a\\|b &lt;script&gt; | adam | search | 0.01 |"));
  const auto columns = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(text.find('\n')), '|');
  EXPECT_EQ(columns, 23);
}

TEST(Export, OfAnEmptySummaryIsValid) {
  auto summary = example();
  summary.cells.clear();
  EXPECT_EQ(Json::parse(render(summary, Format::kJson)).at("cells"), Json::array());
  EXPECT_EQ(render(summary, Format::kJsonLines), "");
  for (const auto format : {Format::kTable, Format::kCsv, Format::kMarkdown})
    EXPECT_FALSE(render(summary, format).empty());
}

TEST(Export, EndsWithANewline) {
  for (const auto& name : format_names()) EXPECT_EQ(render(example(), parse_format(name)).back(), '\n') << name;
}

}  // namespace
}  // namespace nero_bench
