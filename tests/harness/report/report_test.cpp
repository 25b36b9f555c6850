#include "harness/report/report.h"

#include <gmock/gmock.h>

#include "harness/report/conclusions.h"
#include "harness/report/markup.h"
#include "harness/report/svg_chart.h"

namespace nero_bench {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

CellAnalysis learner(const std::string& name, double score, double decades) {
  CellAnalysis cell;
  cell.task = cell.block = "depth 5";
  cell.optimiser = cell.line = name;
  cell.standing = Standing::kLearns;
  cell.trivial = cell.untrained = ReferenceScore{0.1, 0.9, "records"};
  cell.curve = {{0.01, {}, score, 1 - score, 1, 0}, {0.1, {}, 0.1, 0.9, 1, 1}};
  cell.best = 0;
  cell.best_rate = 0.01;
  cell.best_score = score;
  Sensitivity sensitivity;
  sensitivity.width = {{decades, 1, std::nullopt, 3}, false, false};
  sensitivity.tuning = {{1, 0.45, {0.2, 0.7}}, {2, score, {0.3, 0.9}}};
  cell.sensitivity = sensitivity;
  return cell;
}

ReportContent content(std::vector<CellAnalysis> cells) {
  ReportContent content;
  content.analysis.experiment = "small";
  content.analysis.cells = std::move(cells);
  content.curves.resize(content.analysis.cells.size());
  return content;
}

std::vector<std::string> said(const std::vector<CellAnalysis>& cells) {
  const auto report = content(cells);
  return conclusions(blocks_of(report.analysis).front(), report.analysis);
}

TEST(Conclusions, BeginWithTheBestAndSayOverHowManyDecadesEachIsUsable) {
  const auto sentences = said({learner("adam", 0.7, 0.9), learner("nero", 0.8, 2.1)});
  EXPECT_THAT(sentences[0], testing::StartsWith("nero scores .800 at rate 1e-2; adam .700 at rate 1e-2."));
  EXPECT_THAT(sentences[0], HasSubstr("flattered by the choice"));
  EXPECT_THAT(sentences[1], testing::StartsWith("nero is within 10 % of its best over 2.10 decades of learning rates; "
                                                "adam over .90 (of the way"));
}

TEST(Conclusions, SayNothingOfTheTuningOfWhatNeverLearns) {
  auto sgd = learner("sgd", 0.11, 3);
  sgd.standing = Standing::kNeverLearns;
  sgd.sensitivity.reset();
  const auto sentences = said({learner("nero", 0.8, 2.1), sgd});
  EXPECT_THAT(sentences, Contains(testing::StartsWith("sgd never learns:")));
  EXPECT_THAT(sentences[1], Not(HasSubstr("sgd")));
}

TEST(Conclusions, CallFiguresBoundsWhereTheBestRateIsTheLast) {
  auto cell = learner("nero", 0.8, 2.1);
  cell.best_at = GridEdge::kSmallest;
  cell.try_next = {0.001};
  cell.sensitivity->width.open_below = true;
  EXPECT_THAT(said({cell}),
              AllOf(Contains(HasSubstr("at least 2.10 decades of learning rates")),
                    Contains(HasSubstr("is the smallest of its grid, so its figures are bounds: try 1e-3"))));
}

TEST(Conclusions, SayThatThereAreTooFewSeeds) {
  auto cell = learner("nero", 0.8, 2.1);
  cell.fresh = FreshScore{0.01, {0.79, 2, std::nullopt, 3}, 0};
  EXPECT_THAT(said({cell})[0], HasSubstr("With 2 fresh seeds a rate there are too few for an interval, which takes 3"));
}

TEST(Ticks, AreRoundNumbersInside) {
  EXPECT_THAT(ticks(0.07, 0.93), ElementsAre(testing::DoubleEq(0.2), testing::DoubleEq(0.4),
                                             testing::DoubleEq(0.6000000000000001), testing::DoubleEq(0.8)));
  EXPECT_THAT(ticks(-1, 1), Contains(0.0));
  EXPECT_THAT(ticks(0.9, 3.1, 1), ElementsAre(1.0, 2.0, 3.0));
}

TEST(Markup, EscapesAttributesAndTextsOfTables) {
  EXPECT_EQ(element("p", {{"title", "a\"<b>"}}, "x"), "<p title=\"a&quot;&lt;b&gt;\">x</p>");
  EXPECT_THAT(html_table({{"<script>"}}, "&"),
              AllOf(HasSubstr("&lt;script&gt;"), HasSubstr("&amp;"), Not(HasSubstr("<script"))));
}

TEST(Figure, HasATitleATableAndACrossWhereSomethingDiverged) {
  const auto text = figure(
      {"<t>", "what is seen", "rate", "score", true, true, {{"nero", {{0.01, 0.8}, {0.1, 0.1, {}, true}}, 0.01}}});
  EXPECT_THAT(text, AllOf(HasSubstr("<title>&lt;t&gt;</title>"), HasSubstr("<desc>what is seen</desc>"),
                          HasSubstr("class=\"cross\""), HasSubstr("diverged</td>")));
}

TEST(Figure, OfNothingSaysSo) {
  EXPECT_THAT(figure({"t", "d", "x", "y", false, true, {}}), HasSubstr("nothing to show"));
}

TEST(ReportHtml, IsTheSameEveryTimeAndAsksForNothingFromElsewhere) {
  const auto page = report_html(content({learner("nero", 0.8, 2.1), learner("adam", 0.7, 0.9)}));
  EXPECT_EQ(page, report_html(content({learner("nero", 0.8, 2.1), learner("adam", 0.7, 0.9)})));
  EXPECT_THAT(page, AllOf(Not(HasSubstr("<script")), Not(HasSubstr("src=")), Not(HasSubstr("href=")),
                          Not(HasSubstr("@import"))));
}

}  // namespace
}  // namespace nero_bench
