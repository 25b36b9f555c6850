#include "harness/report/analysis_table.h"

#include <gmock/gmock.h>

#include <limits>
#include <sstream>

#include "harness/report/columns.h"
#include "harness/report/figures_table.h"

namespace nero_bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

CellAnalysis learner() {
  CellAnalysis cell;
  cell.task = cell.block = "depth 5";
  cell.optimiser = cell.line = "nero";
  cell.standing = Standing::kLearns;
  cell.trivial = cell.untrained = ReferenceScore{0.1, 0.9, "records: initial.trivial.test.accuracy"};
  cell.curve = {{0.01, {}, 0.8, 0.2, 1, 0}, {0.1, {}, 0.1, 0.9, 1, 0}};
  cell.best = 0;
  cell.best_rate = 0.01;
  cell.best_score = 0.8;
  cell.best_at = GridEdge::kSmallest;
  cell.try_next = {0.001};
  Sensitivity sensitivity;
  sensitivity.modes = 1;
  sensitivity.width = {{0.25, 1, std::nullopt, 3}, true, false};
  sensitivity.shared = {{0.35, 1, std::nullopt, 3}, {0.5, 1, std::nullopt, 3}, 0.01, 0.1, 2, true};
  sensitivity.own = sensitivity.shared;
  sensitivity.own.complete = false;
  sensitivity.tuning = {{1, 0.45, {0.2, 0.7}}, {2, 0.8, {0.3, 0.9}}};
  cell.sensitivity = sensitivity;
  return cell;
}

CellAnalysis loser() {
  CellAnalysis cell = learner();
  cell.optimiser = cell.line = "sgd";
  cell.standing = Standing::kNeverLearns;
  cell.sensitivity.reset();
  return cell;
}

Analysis example(std::vector<CellAnalysis> cells) {
  Analysis analysis;
  analysis.experiment = "small";
  analysis.cells = std::move(cells);
  return analysis;
}

TEST(AnalysisTable, ShowsFiguresOfWhatLearnsAndAWordForWhatDoesNot) {
  const auto table = analysis_table(example({learner(), loser()}));
  EXPECT_THAT(table, AllOf(HasSubstr("≥.25"), HasSubstr(".350"), HasSubstr("~.500"), HasSubstr("best of 2")));
  EXPECT_THAT(table, HasSubstr("never_learns  does not beat"));
}

TEST(AnalysisTable, SaysWhatToTryBeyondTheGridAndThatOnlySearchSeedsRan) {
  const auto table = analysis_table(example({learner()}));
  EXPECT_THAT(table, AllOf(HasSubstr("1e-2<"), HasSubstr("1e-3, too"), HasSubstr("search only")));
  EXPECT_THAT(table, Not(HasSubstr("never_learns")));
}

TEST(AnalysisTable, NamesNoBestRateWhereAllGiveTheSame) {
  auto cell = learner();
  cell.rates_alike = true;
  EXPECT_THAT(analysis_table(example({cell})),
              AllOf(HasSubstr("alike  every rate gives the same"), Not(HasSubstr("1e-2"))));
}

TEST(AnalysisTable, SaysHowToJudgeWithoutATrivialPredictor) {
  auto cell = loser();
  cell.standing = Standing::kNoReference;
  cell.trivial.reset();
  EXPECT_THAT(analysis_table(example({cell})), HasSubstr("Give it with --trivial-score"));
}

TEST(AnalysisTable, IsAtMostEightyColumnsWideAndHasNoControlCharactersWhateverTheNames) {
  auto cell = learner();
  cell.line = cell.block = std::string(300, 'x') + "\x1b[31m\n<b>|=1+1";
  const auto text = analysis_table(example({cell, loser()}));
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(display_width(line), 80U) << line;
}

TEST(AnalysisExport, EveryFormatHasTheWordInPlaceOfFigures) {
  const auto analysis = example({learner(), loser()});
  const auto json = Json::parse(render(analysis, Format::kJson));
  EXPECT_EQ(json.at("cells").at(1).at("sensitivity"), "never_learns");
  EXPECT_EQ(json.at("cells").at(0).at("sensitivity").at("usable_width").at("decades").at("interval"), "too few");
  for (const auto format : {Format::kJsonLines, Format::kCsv, Format::kMarkdown})
    EXPECT_THAT(render(analysis, format), HasSubstr(format == Format::kMarkdown ? "never\\_learns" : "never_learns"));
}

TEST(AnalysisExport, MarkdownIsATableForPeopleWithoutJsonInItsFields) {
  const auto text = render(example({learner()}), Format::kMarkdown);
  EXPECT_THAT(text, AllOf(HasSubstr("| ≥.25† |"), HasSubstr("| ~.500† |"), HasSubstr("†: too few seeds for one")));
  EXPECT_THAT(text, AllOf(Not(HasSubstr("{")), Not(HasSubstr("\\["))));
}

TEST(MedianText, SaysNeverWhereAllDiverged) {
  const double infinite = std::numeric_limits<double>::infinity();
  EXPECT_EQ(median_text({4, {}, 10}), "4.000");
  EXPECT_EQ(median_text({infinite, {}, 10}), ">10.00");
  EXPECT_EQ(median_text({infinite, {}, infinite}), "never");
}

TEST(AnalysisExport, CsvDisarmsNames) {
  auto cell = learner();
  cell.optimiser = "=cmd()";
  EXPECT_THAT(render(example({cell}), Format::kCsv), HasSubstr("'=cmd()"));
}

}  // namespace
}  // namespace nero_bench
