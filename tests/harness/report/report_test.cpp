#include "harness/report/report.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <set>

#include "harness/report/analysed.h"
#include "harness/report/figures_table.h"
#include "harness/report/markup.h"
#include "harness/report/report_charts.h"
#include "harness/report/svg_chart.h"

namespace nero_bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

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
  Chart chart{"t", "d", "x", "y", false, true, {{"nero", {}, {}}}};
  chart.absence = "no rate is there";
  EXPECT_THAT(figure(chart), AllOf(HasSubstr("no rate is there"), Not(HasSubstr("<svg"))));
}

TEST(Figure, DrawsScoresThatDifferInTheLastBitAsAFlatLine) {
  const double score = 0.6667, next = std::nextafter(score, 1);
  const auto text = figure({"t", "d", "x", "y", false, true, {{"nero", {{1, score}, {2, next}, {3, score}}}}});
  EXPECT_LT(text.size(), 10'000U);
  EXPECT_THAT(text, HasSubstr(">0.65</text>"));
}

TEST(Figure, WritesSoManyDigitsAtAnAxisThatMarksDiffer) {
  const auto text = figure({"t", "d", "x", "y", false, true, {{"nero", {{1, 0.66660}, {2, 0.66668}}}}});
  EXPECT_THAT(text, AllOf(HasSubstr(">0.66662</text>"), HasSubstr(">0.66664</text>")));
}

TEST(Figure, HasACrossOnTheAxisWhereADivergedTrialHasNoScore) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  const auto text =
      figure({"t", "d", "rate", "score", true, true, {{"nero", {{0.01, 0.8}, {0.1, none, {}, true}, {1, none}}}}});
  EXPECT_EQ(count_of("class=\"cross\"", text), 1U);
  EXPECT_EQ(count_of("nan", text), 0U);
  EXPECT_THAT(figure({"t", "d", "rate", "score", true, true, {{"nero", {{0.1, none, {}, true}}}}}),
              HasSubstr("class=\"cross\""));
}

TEST(Figure, GivesManySeriesLooksOfTheirOwn) {
  Chart chart{"t", "d", "x", "y", false, true, {}};
  for (int i = 0; i < 40; ++i) chart.series.push_back({std::to_string(i), {{1, 0.5}}, {}});
  const auto text = figure(chart);
  std::set<std::string> groups, inked;  // inked: what is left of them in black and white
  for (auto at = text.find("<g class=\""); at != std::string::npos; at = text.find("<g class=\"", at + 1)) {
    const auto mark = text.find("class=\"mark\"", at);
    const auto path = text.find(" d=\"", mark);
    const auto drawn = text.substr(path, text.find("/>", path) - path);
    groups.insert(text.substr(at, 16));
    inked.insert(text.substr(at + 13, 2) + drawn);
  }
  EXPECT_EQ(groups.size(), 40U);
  EXPECT_EQ(inked.size(), 40U);
}

TEST(Charts, PlotPerformanceOnFreshSeedsWhereTheyRan) {
  const auto report = content({repeated(learner("nero", 0.8, 2.1), 0.75, 2), learner("adam", 0.7, 0.9)});
  const auto charts = charts_of(blocks_of(report.analysis).front(), report);
  const auto& plane = charts.at(2).series;
  EXPECT_EQ(plane.at(0).points.at(0).y, 0.75);
  EXPECT_EQ(plane.at(1).points.at(0).y, 0.7);
  EXPECT_EQ(plane.at(1).name, "adam, search seed");
}

TEST(ReportHtml, IsTheSameEveryTimeAndAsksForNothingFromElsewhere) {
  const auto page = report_html(content({learner("nero", 0.8, 2.1), learner("adam", 0.7, 0.9)}));
  EXPECT_EQ(page, report_html(content({learner("nero", 0.8, 2.1), learner("adam", 0.7, 0.9)})));
  EXPECT_THAT(page, AllOf(Not(HasSubstr("<script")), Not(HasSubstr("src=")), Not(HasSubstr("href=")),
                          Not(HasSubstr("@import"))));
}

TEST(ReportHtml, HasAllFiguresOfTuningAndOfTheTasks) {
  auto report = content({repeated(learner("nero", 0.8, 2.1), 0.75, 2)});
  auto& cell = report.analysis.cells.front();
  cell.selection_gap = 0.051;
  cell.default_rate = DefaultRate{{0.1, {0.33, 2, std::nullopt, 3}, 0}, false, 0.47};
  cell.sensitivity->shared.value = {0.3456, 3, Interval{0.3, 0.4}, 3};
  cell.sensitivity->tunability = {0.61, 0.62, 0.63};
  cell.target = TimeToTarget{0.7, 3, 3, false, {4, {4.25, 3, Interval{4, 4.5}, 3}, 10}, {}, {}};
  EXPECT_THAT(report_html(report),
              AllOf(Not(HasSubstr("Over all tasks")), HasSubstr("95 % interval, for new seeds on the same task")));
  report.analysis.over_tasks = {{"nero", 3, 2, 0.9, Estimate{0.12, 3, std::nullopt, 6}, 0.01, {}, {}, 0.77}};
  const auto page = report_html(report);
  for (const char* figure : {"All figures of tuning", ".051", ".750†", ".330†", ".470", ".346 (.300 to .400)", ".610",
                             ".620", ".630", "4.250 (4.000 to 4.500)", "Over all tasks", "2 of 3", ".120†", ".770",
                             "†: too few tasks for one", "Intervals over tasks are for new tasks like these"})
    EXPECT_THAT(page, HasSubstr(figure));
  EXPECT_THAT(report_markdown(report), HasSubstr("| .120† |"));
}

TEST(ReportMarkdown, SaysWhatItsColumnsMean) {
  auto cell = learner("nero", 0.8, 2.1);
  cell.best_at = GridEdge::kSmallest;
  auto report = content({cell});
  const auto text = report_markdown(report);
  for (const char* meaning : {"Lost: ", "Epochs to target: ", "Usable decades: ", "In brackets: the 95 % interval"})
    EXPECT_THAT(text, HasSubstr(meaning));
  EXPECT_THAT(text, AllOf(HasSubstr("1e-2 &lt; |"), HasSubstr("where it is the smallest"), Not(HasSubstr("Dolan"))));
  report.analysis.over_tasks.emplace_back();
  EXPECT_THAT(report_markdown(report), AllOf(HasSubstr("Tuned: "), HasSubstr("profile: the area")));
}

TEST(ReportHtml, HasTablesThatFitAPage) {
  const auto page = report_html(content({learner("nero", 0.8, 2.1)}));
  for (const char* name : {"Scores", "Sensitivity to the learning rate", "Cost to the target"})
    EXPECT_THAT(page, HasSubstr(fmt::format("<caption>{}</caption>", name)));
  for (const auto& [name, rows] : tuning_parts(content({learner("nero", 0.8, 2.1)}).analysis)) {
    EXPECT_LE(rows.front().size(), 11U);
    EXPECT_THAT(rows[1], testing::SizeIs(rows[0].size()));
  }
}

TEST(ReportHtml, LosesTheEndOfNoSentenceHoweverManyOptimisers) {
  std::vector<CellAnalysis> cells;
  for (int i = 0; i < 100; ++i) cells.push_back(learner(fmt::format("variant {} of an optimiser", i), 0.8, 2.1));
  for (const auto& text : {report_html(content(cells)), report_markdown(content(cells))})
    EXPECT_THAT(text, HasSubstr("flattered by the choice of the rate."));
}

TEST(LineLabels, OfAnAnalysisTellItsLinesApart) {
  Analysis analysis;
  const std::string same(40, 'x');
  for (const char* end : {"on", "off"}) analysis.cells.push_back(learner(same + end + same, 0.8, 2.1));
  analysis.over_tasks.emplace_back().line = same + "off" + same;
  const auto labelled = with_line_labels(analysis);
  EXPECT_THAT(labelled.cells[0].line, testing::EndsWith("(1)"));
  EXPECT_THAT(labelled.cells[1].line, testing::EndsWith("(2)"));
  EXPECT_EQ(labelled.over_tasks[0].line, labelled.cells[1].line);
}

}  // namespace
}  // namespace nero_bench
