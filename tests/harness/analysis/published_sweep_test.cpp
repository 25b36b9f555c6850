#include "harness/analysis/published_sweep.h"

#include <gmock/gmock.h>

#include "harness/analysis/analysis.h"

namespace nero_bench {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr double kTiny = 1e-12;

const Analysis& analysis() {
  static const Analysis result = [] {
    const auto sweep = published_deep_mlp();
    return analyse(sweep.config, sweep.records);
  }();
  return result;
}

const CellAnalysis& cell(const std::string& optimiser) {
  for (const auto& cell : analysis().cells) {
    if (cell.optimiser == optimiser) return cell;
  }
  throw std::logic_error("no optimiser " + optimiser);
}

TEST(PublishedSweep, NeroAndLambLearn) {
  for (const char* name : {"nero", "lamb"}) {
    EXPECT_EQ(cell(name).standing, Standing::kLearns) << name;
    EXPECT_TRUE(cell(name).sensitivity.has_value()) << name;
  }
}

TEST(PublishedSweep, AdamAndSgdNeverLearnAndHaveNoFigureOfSensitivity) {
  for (const char* name : {"adam", "sgd"}) {
    EXPECT_EQ(cell(name).standing, Standing::kNeverLearns) << name;
    EXPECT_FALSE(cell(name).sensitivity.has_value()) << name;
    EXPECT_FALSE(cell(name).target.has_value()) << name;
  }
}

TEST(PublishedSweep, SaysWhereTheReferencesAreFrom) {
  const auto& nero = cell("nero");
  EXPECT_NEAR(nero.trivial->score, 0.1135, kTiny);
  EXPECT_EQ(nero.trivial->source, "records: initial.trivial.test.accuracy");
  EXPECT_NEAR(nero.untrained->error, 0.9, kTiny);
  EXPECT_EQ(nero.untrained->source, "records: initial.test.accuracy");
}

TEST(PublishedSweep, HasTheSensitivityOfWortsmanEtAl) {
  // Errors .7296 .1074 .853 .8972 and .5098 .8865 .3284 .9 (of .902); mean − best, over .9 − best.
  const auto& nero = cell("nero").sensitivity->shared;
  EXPECT_NEAR(nero.value.value, 0.5394, kTiny);
  EXPECT_NEAR(nero.normalised.value, 0.5394 / 0.7926, kTiny);
  EXPECT_EQ(nero.rates, 4);
  const auto& lamb = cell("lamb").sensitivity->shared;
  EXPECT_NEAR(lamb.value.value, 0.327775, kTiny);
  EXPECT_NEAR(lamb.normalised.value, 0.327775 / 0.5716, kTiny);
}

TEST(PublishedSweep, WouldCallTheOnesThatNeverLearnInsensitive) {  // why there is a gate
  for (const char* name : {"adam", "sgd"}) {
    double sum = 0;
    double best = 1;
    for (const auto& point : cell(name).curve) {
      sum += point.error;
      best = std::min(best, point.error);
    }
    EXPECT_NEAR(sum / 4 - best, 0.003375, kTiny) << name;
  }
}

TEST(PublishedSweep, HasTheSensitivityAroundTheOwnBest) {
  const auto& nero = cell("nero").sensitivity->own;  // 1e-4 to 1e-2: (.7296 + .1074 + .853) / 3 − .1074
  EXPECT_NEAR(nero.value.value, 1.69 / 3 - 0.1074, kTiny);
  EXPECT_TRUE(nero.complete);
  EXPECT_EQ(nero.lowest_rate, 1e-4);
  EXPECT_EQ(nero.highest_rate, 1e-2);
  const auto& lamb = cell("lamb").sensitivity->own;  // 1e-3 to 1e-1
  EXPECT_NEAR(lamb.value.value, (0.8865 + 0.3284 + 0.9) / 3 - 0.3284, kTiny);
}

TEST(PublishedSweep, HasUsableWidthsInterpolatedByHand) {
  // Nero: threshold .1074 + .1 (.8865 − .1074) = .18531, left .07791 / .6222, right .07791 / .7456 of a decade.
  const auto& nero = cell("nero").sensitivity->width;
  EXPECT_NEAR(nero.decades.value, 0.07791 / 0.6222 + 0.07791 / 0.7456, kTiny);
  EXPECT_FALSE(nero.open_below || nero.open_above);
  const auto& lamb = cell("lamb").sensitivity->width;  // .05581 / .5581 and .05581 / .5716
  EXPECT_NEAR(lamb.decades.value, 0.05581 / 0.5581 + 0.05581 / 0.5716, kTiny);
}

TEST(PublishedSweep, LambHasTwoModes) {
  EXPECT_EQ(cell("nero").sensitivity->modes, 1);
  EXPECT_EQ(cell("lamb").sensitivity->modes, 2);  // 1e-4 and 1e-2, nothing learnt between
}

TEST(PublishedSweep, HasTheExpectedBestOfEveryBudget) {  // means over all choices of k of the four errors
  const auto& tuning = cell("nero").sensitivity->tuning;
  ASSERT_EQ(tuning.size(), 4U);
  EXPECT_NEAR(tuning[0].score, 1 - 0.6468, kTiny);
  EXPECT_NEAR(tuning[1].score, 1 - (3 * 0.1074 + 2 * 0.7296 + 0.853) / 6, kTiny);
  EXPECT_NEAR(tuning[2].score, 1 - (3 * 0.1074 + 0.7296) / 4, kTiny);
  EXPECT_NEAR(tuning[3].score, 0.8926, kTiny);
  for (const auto& point : tuning) {
    EXPECT_LE(point.band.low, point.score);
    EXPECT_GE(point.band.high, point.score);
  }
  const auto& tunability = cell("nero").sensitivity->tunability;
  const double k1 = tuning[0].score, k2 = tuning[1].score, k3 = tuning[2].score, k4 = tuning[3].score;
  EXPECT_NEAR(tunability.early, (4 * k1 + 3 * k2 + 2 * k3 + k4) / 10, kTiny);
  EXPECT_NEAR(tunability.uniform, (k1 + k2 + k3 + k4) / 4, kTiny);
  EXPECT_NEAR(tunability.late, (k1 + 2 * k2 + 3 * k3 + 4 * k4) / 10, kTiny);
}

TEST(PublishedSweep, JudgesTheBestRateOnSeedsThatDidNotChooseIt) {
  const auto& nero = cell("nero");
  EXPECT_EQ(nero.best_rate, 0.001);
  EXPECT_EQ(nero.best_at, GridEdge::kInside);
  EXPECT_THAT(nero.try_next, IsEmpty());
  EXPECT_EQ(nero.best_score, 0.8926);  // seed 0
  ASSERT_TRUE(nero.fresh.has_value());
  EXPECT_EQ(nero.fresh->score.count, 2);  // seeds 1 and 2
  EXPECT_NEAR(nero.fresh->score.value, (0.9101 + 0.8373) / 2, kTiny);
  EXPECT_FALSE(nero.fresh->score.interval.has_value());
  EXPECT_NEAR(nero.selection_gap, 0.8926 - 0.8737, kTiny);
}

TEST(PublishedSweep, NerosDefaultRateFailsOnThisTask) {
  const auto& nero = cell("nero");
  ASSERT_TRUE(nero.default_rate.has_value());
  EXPECT_EQ(nero.default_rate->result.learning_rate, 0.01);
  EXPECT_NEAR(nero.default_rate->result.score.value, 0.147, kTiny);
  EXPECT_TRUE(nero.default_rate->fails);                          // .147 < .1135 + .05 (1 − .1135)
  EXPECT_NEAR(nero.default_rate->regret, 0.8926 - 0.147, kTiny);  // on the seed that ran at both rates
}

}  // namespace
}  // namespace nero_bench
