#include "harness/report/conclusions.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "harness/report/analysed.h"

namespace nero_bench {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Conclusions, BeginWithTheMetricAndWhichWayItIsBetter) {
  EXPECT_EQ(said({learner("nero", 0.8, 2.1)})[0],
            "Scores are test accuracy, higher is better; the best constant prediction scores .100.");
  auto report = content({learner("nero", 0.8, 2.1), learner("sgd", 0.9, 2.1)});
  report.analysis.select = {"loss", "train", SelectionRule::kBest};
  const auto sentences = conclusions(blocks_of(report.analysis).front(), report.analysis);
  EXPECT_THAT(sentences[0], testing::StartsWith("Scores are train loss at its best epoch, lower is better"));
  EXPECT_THAT(sentences[1], testing::StartsWith("nero scores .800"));
}

TEST(Conclusions, RankTheBestFirstAndSayOverHowManyDecadesEachIsUsable) {
  const auto sentences = said({learner("adam", 0.7, 0.9), learner("nero", 0.8, 2.1)});
  EXPECT_THAT(sentences[1], testing::StartsWith(
                                "nero scores .800 at rate 1e-2 (search seed); adam .700 at rate 1e-2 (search seed)."));
  EXPECT_THAT(sentences[1], HasSubstr("flattered by the choice"));
  EXPECT_THAT(sentences[2], testing::StartsWith("nero is within 10 % of its best over 2.10 decades of learning rates "
                                                "(one search seed); adam over .90 (one search seed)."));
}

TEST(Conclusions, HaveTheIntervalsOfWidthsWhereThereAreSome) {
  auto cell = learner("nero", 0.8, 2.1);
  cell.sensitivity->width.decades = {2.1, 5, Interval{1.8, 2.4}, 3};
  EXPECT_THAT(said({cell})[2], HasSubstr("over 2.10 decades of learning rates (1.80 to 2.40)."));
}

TEST(Conclusions, NeverRankAFlatteredScoreWithOneOnFreshSeeds) {
  const auto sentences = said({learner("adam", 0.7, 1), repeated(learner("sgd", 0.7, 1), 0.6, 3, Interval{0.59, 0.61}),
                               repeated(learner("nero", 0.7, 1), 0.65, 3, Interval{0.64, 0.66})});
  EXPECT_EQ(sentences[1], "nero scores .650 at rate 1e-2 (.640 to .660); sgd .600 at rate 1e-2 (.590 to .610).");
  EXPECT_THAT(sentences[2], AllOf(testing::StartsWith("adam scores .700 at rate 1e-2 (search seed)."),
                                  HasSubstr("not to be compared with those on fresh seeds")));
}

TEST(Conclusions, SayWhichRepeatSeedsAreNotFresh) {
  auto report = content({learner("nero", 0.8, 2.1)});
  report.analysis.search_seeds = {0, 1};
  report.analysis.repeat_seeds = {2, 3};
  const auto said_of = [&] { return conclusions(blocks_of(report.analysis).front(), report.analysis); };
  EXPECT_THAT(said_of(), Each(Not(HasSubstr("repeat seed"))));
  report.analysis.repeat_seeds = {1, 2, 3};
  EXPECT_THAT(said_of(), Contains("The repeat seed 1 is no fresh one, as the search ran with it, too."));
}

TEST(Conclusions, SayWhereSeedsDiverged) {
  auto cell = repeated(learner("sgd", 0.7, 1), 0.6, 5);
  EXPECT_THAT(said({cell}), Each(Not(HasSubstr("diverged"))));
  cell.best_diverged = 1;
  cell.fresh->diverged = 2;
  EXPECT_THAT(said({cell}), Contains(AllOf(HasSubstr("Of sgd, 1 of 1 search seeds diverged at its best rate"),
                                           HasSubstr("2 of 5 fresh seeds diverged"))));
}

TEST(Conclusions, SayThatAnotherRateWasRepeated) {
  auto cell = repeated(learner("sgd", 0.7, 1), 0.6, 5);
  cell.fresh_of_another = true;
  EXPECT_THAT(said({cell}), Contains(HasSubstr("The fresh seeds of sgd ran at rate")));
}

TEST(Conclusions, SayBothThatAScoreIsFlatteredAndThatSeedsAreTooFew) {
  const auto sentences =
      said({learner("adam", 0.7, 1), repeated(learner("sgd", 0.7, 1), 0.6, 1),
            repeated(learner("nero", 0.7, 1), 0.65, 2), repeated(learner("lamb", 0.7, 1), 0.5, 5, Interval{0.4, 0.6})});
  EXPECT_THAT(sentences[1], HasSubstr("With 1 to 2 fresh seeds a rate there are too few for an interval"));
  EXPECT_THAT(sentences[2], HasSubstr("flattered by the choice"));
}

TEST(Conclusions, DoNotCallADefaultRateNoBetterThatIsBetterByLessThanTheMargin) {
  auto cell = learner("nero", 0.8, 2.1);
  cell.default_rate = DefaultRate{{0.1, {0.14, 1, std::nullopt, 3}, 0}, true, 0.66};
  EXPECT_THAT(said({cell}),
              Contains("At its default rate 1e-1 nero fails here: it scores .140, which does not beat the "
                       "constant prediction by 5 % of its error."));
}

TEST(Conclusions, SayNothingOfTheTuningOfWhatNeverLearns) {
  auto sgd = learner("sgd", 0.11, 3);
  sgd.standing = Standing::kNeverLearns;
  sgd.sensitivity.reset();
  const auto sentences = said({learner("nero", 0.8, 2.1), sgd});
  EXPECT_THAT(sentences, Contains(testing::StartsWith("sgd never learns:")));
  EXPECT_THAT(sentences[1], Not(HasSubstr("sgd")));
  EXPECT_THAT(sentences[2], Not(HasSubstr("sgd")));
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

TEST(Conclusions, CallNoRateTheBestWhereAllGiveTheSame) {
  auto cell = learner("adam", 0.8, 2.1);
  cell.rates_alike = true;
  EXPECT_EQ(said({cell})[1], "adam scores .800 at every rate (search seed).");
  EXPECT_THAT(said({cell}), Contains("Every rate gives adam the same, so none is best."));
  EXPECT_THAT(report_html(content({cell})), HasSubstr("<td>adam</td><td>alike</td>"));
  EXPECT_THAT(report_markdown(content({cell})), HasSubstr("| adam | alike |"));
}

TEST(Conclusions, SayThatThereAreTooFewSeeds) {
  EXPECT_THAT(said({repeated(learner("nero", 0.8, 2.1), 0.79, 2)})[1],
              HasSubstr("With 2 fresh seeds a rate there are too few for an interval, which takes 3"));
}

}  // namespace
}  // namespace nero_bench
