#include "base/survival.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace nero_bench {
namespace {

// Five watched: at 1 one of five, at 3 two of three; one leaves at 2 and one at 5.
const std::vector<Duration> kFive{{3, true}, {5, false}, {1, true}, {2, false}, {3, true}};

TEST(KaplanMeier, AgreesWithAHandCalculation) {
  const auto steps = kaplan_meier(kFive);
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_EQ(steps[0].time, 1);
  EXPECT_NEAR(steps[0].survival, 0.8, 1e-15);
  EXPECT_EQ(steps[1].time, 3);
  EXPECT_NEAR(steps[1].survival, 0.8 / 3, 1e-15);
  EXPECT_EQ(median_survival(steps), 3);
}

TEST(KaplanMeier, CountsWhatIsCensoredAtATimeAsWatchedThen) {
  const auto steps = kaplan_meier(std::vector<Duration>{{2, false}, {2, true}});
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].survival, 0.5);
}

TEST(RestrictedMean, IsTheAreaBelowTheCurve) {
  const auto steps = kaplan_meier(kFive);
  EXPECT_NEAR(restricted_mean(steps, 5), 1 + 2 * 0.8 + 2 * 0.8 / 3, 1e-15);
  EXPECT_NEAR(restricted_mean(steps, 2), 1 + 0.8, 1e-15);
  EXPECT_EQ(restricted_mean({}, 7), 7);
}

TEST(RestrictedMean, WithoutEarlyCensoringIsTheMeanOfWhatWasWatched) {
  const auto steps = kaplan_meier(std::vector<Duration>{{1, true}, {4, true}, {10, false}});
  EXPECT_NEAR(restricted_mean(steps, 10), 5, 1e-15);
}

TEST(MedianSurvival, IsInfiniteWhereLessThanHalfWasSeen) {
  EXPECT_TRUE(std::isinf(median_survival(kaplan_meier(std::vector<Duration>{{1, true}, {9, false}, {9, false}}))));
  EXPECT_TRUE(std::isinf(median_survival({})));
}

}  // namespace
}  // namespace nero_bench
