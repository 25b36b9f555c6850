#include "base/statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace nero_bench {
namespace {

using Values = std::vector<double>;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Statistics, AgreeWithHandComputedValues) {
  const Values values{2, 4, 4, 4, 5, 5, 7, 9};
  EXPECT_DOUBLE_EQ(mean(values), 5);
  EXPECT_DOUBLE_EQ(standard_deviation(values), std::sqrt(32.0 / 7));
  EXPECT_DOUBLE_EQ(median(values), 4.5);
  EXPECT_DOUBLE_EQ(minimum(values), 2);
  EXPECT_DOUBLE_EQ(maximum(values), 9);
}

TEST(Statistics, TheMedianDoesNotDependOnTheOrder) {
  EXPECT_EQ(median(Values{3, 1, 2}), 2);
  EXPECT_EQ(median(Values{4, 1, 3, 2}), 2.5);
}

TEST(Statistics, QuantilesAreLinearBetweenOrderStatistics) {
  const Values values{10, 20, 30, 40, 50};
  EXPECT_DOUBLE_EQ(quantile(values, 0), 10);
  EXPECT_DOUBLE_EQ(quantile(values, 0.25), 20);
  EXPECT_DOUBLE_EQ(quantile(values, 0.9), 46);
  EXPECT_DOUBLE_EQ(quantile(values, 1), 50);
  EXPECT_DOUBLE_EQ(quantile(Values{7}, 0.3), 7);
}

TEST(Statistics, EqualValuesHaveNoSpread) {  // the mean of three 0.1 is not 0.1
  EXPECT_EQ(standard_deviation(Values{0.1, 0.1, 0.1}), 0);
}

TEST(Statistics, NothingHasNoStatistics) {
  for (const auto& statistic : {mean, median, minimum, maximum, standard_deviation})
    EXPECT_TRUE(std::isnan(statistic({})));
  EXPECT_TRUE(std::isnan(quantile({}, 0.5)));
  EXPECT_TRUE(std::isnan(standard_deviation(Values{1})));
}

TEST(Statistics, NaNIsNeverHidden) {
  const Values values{1, kNaN, 3};
  for (const auto& statistic : {mean, median, minimum, maximum, standard_deviation})
    EXPECT_TRUE(std::isnan(statistic(values)));
}

TEST(Statistics, InfinityStaysInfinity) {
  EXPECT_EQ(median(Values{1, kInfinity, kInfinity}), kInfinity);
  EXPECT_EQ(median(Values{1, 2, kInfinity}), 2);
  EXPECT_EQ(maximum(Values{1, kInfinity}), kInfinity);
}

}  // namespace
}  // namespace nero_bench
