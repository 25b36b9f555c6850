#include "base/rank_test.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace nero_bench {
namespace {

using Values = std::vector<double>;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(MannWhitney, OfThreeAgainstThreeCannotRejectAtFivePercent) {
  EXPECT_DOUBLE_EQ(p_mann_whitney(Values{1, 2, 3}, Values{4, 5, 6}), 0.1);  // 2 of the 20 ways to choose three
  EXPECT_DOUBLE_EQ(least_p_mann_whitney(3, 3), 0.1);
  EXPECT_NEAR(least_p_mann_whitney(4, 4), 2.0 / 70, 1e-15);
  EXPECT_EQ(least_p_mann_whitney(1, 1), 1);
}

TEST(MannWhitney, SeesOnlyTheOrder) {
  const double p = p_mann_whitney(Values{1, 2, 3, 5}, Values{4, 6, 7, 8});
  EXPECT_NEAR(p, 4.0 / 70, 1e-15);  // rank sums 10 and 11: one way each, twice
  EXPECT_DOUBLE_EQ(p, p_mann_whitney(Values{-kInfinity, 0.1, 0.2, 0.4}, Values{0.3, 0.5, 0.6, kInfinity}));
  EXPECT_DOUBLE_EQ(p, p_mann_whitney(Values{4, 6, 7, 8}, Values{1, 2, 3, 5}));
}

TEST(MannWhitney, IsExactWithTies) {
  // Ranks 1, 2.5, 2.5, 4; of the 6 pairs two have the sum 3.5 of ours, none less.
  EXPECT_NEAR(p_mann_whitney(Values{1, 2}, Values{2, 3}), 2 * 2.0 / 6, 1e-15);
  EXPECT_EQ(p_mann_whitney(Values{7, 7, 7}, Values{7, 7, 7, 7}), 1);
  EXPECT_EQ(p_mann_whitney(Values(40, 7.0), Values(40, 7.0)), 1);  // by the normal approximation
}

TEST(MannWhitney, DoesNotAnswerForNothing) {
  EXPECT_TRUE(std::isnan(p_mann_whitney(Values{}, Values{1})));
  EXPECT_TRUE(std::isnan(p_mann_whitney(Values{std::nan("")}, Values{1})));
}

}  // namespace
}  // namespace nero_bench
