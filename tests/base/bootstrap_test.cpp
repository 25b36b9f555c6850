#include "base/bootstrap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "base/statistics.h"

namespace nero_bench {
namespace {

using Values = std::vector<double>;

// Mean and a constant of the units drawn.
Statistics mean_and_constant(const Values& values) {
  return [&values](std::span<const std::size_t> drawn) {
    Values some;
    for (const auto i : drawn) some.push_back(values[i]);
    return Values{mean(some), 7};
  };
}

TEST(MeanEstimate, HasStudentsInterval) {  // 2 ± 4.302653 · 1 / √3
  const auto estimate = mean_estimate(Values{1, 2, 3});
  EXPECT_EQ(estimate.value, 2);
  EXPECT_EQ(estimate.count, 3);
  ASSERT_TRUE(estimate.interval.has_value());
  EXPECT_NEAR(estimate.interval->low, 2 - 4.302652729749464 / std::sqrt(3), 1e-12);
  EXPECT_NEAR(estimate.interval->high, 2 + 4.302652729749464 / std::sqrt(3), 1e-12);
}

TEST(MeanEstimate, OfTooFewSaysHowManyAreNeeded) {
  const auto estimate = mean_estimate(Values{1, 2});
  EXPECT_EQ(estimate.value, 1.5);
  EXPECT_FALSE(estimate.interval.has_value());
  EXPECT_EQ(estimate.needed, 3);
}

TEST(MeanEstimate, OfNothingIsNaN) {
  EXPECT_TRUE(std::isnan(mean_estimate({}).value));
  EXPECT_EQ(mean_estimate({}).count, 0);
}

TEST(MeanEstimate, OfSomethingInfiniteHasNoInterval) {
  EXPECT_FALSE(mean_estimate(Values{1, 2, std::numeric_limits<double>::infinity()}).interval.has_value());
}

TEST(Bootstrap, TendsToStudentsIntervalForAMean) {
  const Values values{3, 1, 4, 1, 5, 9, 2, 6};
  const auto exact = mean_estimate(values).interval.value();
  const auto estimates = bootstrap(values.size(), mean_and_constant(values), {.resamples = 100'000});
  ASSERT_EQ(estimates.size(), 2U);
  EXPECT_EQ(estimates[0].value, mean(values));
  EXPECT_NEAR(estimates[0].interval->low, exact.low, 0.01 * (exact.high - exact.low));  // five standard errors
  EXPECT_NEAR(estimates[0].interval->high, exact.high, 0.01 * (exact.high - exact.low));
}

TEST(Bootstrap, OfAConstantHasNoWidth) {
  const Values values{3, 1, 4};
  const auto constant = bootstrap(values.size(), mean_and_constant(values))[1].interval.value();
  EXPECT_EQ(constant.low, 7);
  EXPECT_EQ(constant.high, 7);
}

TEST(Bootstrap, IsTheSameEveryTime) {
  const Values values{3, 1, 4};
  const auto once = bootstrap(3, mean_and_constant(values))[0].interval.value();
  const auto again = bootstrap(3, mean_and_constant(values))[0].interval.value();
  EXPECT_EQ(once.low, again.low);
  EXPECT_EQ(once.high, again.high);
}

TEST(Bootstrap, OfTooFewUnitsHasValuesAlone) {
  const Values values{3, 1};
  const auto estimates = bootstrap(2, mean_and_constant(values), {.fewest = 5});
  EXPECT_EQ(estimates[0].value, 2);
  EXPECT_FALSE(estimates[0].interval.has_value());
  EXPECT_EQ(estimates[0].needed, 5);
}

Estimate from_ten(double value, double reach) { return {value, 10, Interval{value - reach, value + reach}, 3}; }

TEST(Largest, OfOneFarAheadIsThatOne) {
  const auto estimate = largest(std::vector{from_ten(1, 0.5), from_ten(5, 0.75), from_ten(-3, 2)}, 0.95);
  EXPECT_EQ(estimate.value, 5);
  EXPECT_EQ(estimate.count, 10);
  EXPECT_EQ(estimate.interval->low, 4.25);
  EXPECT_EQ(estimate.interval->high, 5.75);
}

TEST(Largest, OfTwoCloseOnesReachesFromTheLargestLowerToTheLargestUpperEnd) {
  const auto interval = largest(std::vector{from_ten(5, 0.5), from_ten(4.9, 1)}, 0.95).interval.value();
  EXPECT_EQ(interval.low, 4.5);
  EXPECT_EQ(interval.high, 5.9);
}

TEST(Largest, OfManyCloseOnesHasASaferLowerEnd) {  // t(9) at 1 − .05 / 5 in place of 1 − .05 / 2
  const std::vector alike(5, from_ten(5, 0.5));
  const auto interval = largest(alike, 0.95).interval.value();
  EXPECT_NEAR(interval.low, 5 - 0.5 * 2.82143792502 / 2.26215716280, 1e-9);
  EXPECT_EQ(interval.high, 5.5);
}

TEST(Largest, HasNoIntervalWhereOneHasNone) {
  EXPECT_FALSE(largest(std::vector{from_ten(5, 0.5), Estimate{4, 2, std::nullopt, 3}}, 0.95).interval.has_value());
}

}  // namespace
}  // namespace nero_bench
