#include "base/expected_best.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <vector>

namespace nero_bench {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Values = std::vector<double>;

constexpr double kTiny = 1e-12;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(ExpectedBest, OfDifferentOnesIsTheMeanOverAllChoices) {  // pairs: .1, .1, .5
  EXPECT_THAT(expected_minimum_without_replacement(Values{0.5, 0.9, 0.1}),
              ElementsAre(DoubleNear(0.5, kTiny), DoubleNear(0.7 / 3, kTiny), DoubleNear(0.1, kTiny)));
}

TEST(ExpectedBest, OfEqualValuesIsThatValue) {
  EXPECT_THAT(expected_minimum_without_replacement(Values{2, 2}),
              ElementsAre(DoubleNear(2, kTiny), DoubleNear(2, kTiny)));
}

TEST(ExpectedBest, DoesNotSeeInfiniteValuesThatCannotBeBest) {
  EXPECT_THAT(expected_minimum_without_replacement(Values{kInfinity, 3}), ElementsAre(kInfinity, 3));
}

TEST(ExpectedBest, OfNothingOrNaNIsNothingOrNaN) {
  EXPECT_THAT(expected_minimum_without_replacement({}), IsEmpty());
  EXPECT_THAT(expected_minimum_band({}, 0, 1, 0.95), IsEmpty());
  for (const double value : expected_minimum_without_replacement(Values{1, kNaN})) EXPECT_TRUE(std::isnan(value));
}

TEST(ExpectedBestBand, OfTwoValuesIsAsCalculatedByHand) {
  // Kolmogorov's distance of two draws: 1 − 2 (1 − d)² = .95, so 1 − d = √.025.
  const double rest = std::sqrt(0.025);
  const auto band = expected_minimum_band(Values{0.75, 0.25}, 0, 1, 0.95);
  ASSERT_EQ(band.size(), 2U);
  EXPECT_NEAR(band[0].low, 0.25 * rest, kTiny);
  EXPECT_NEAR(band[0].high, 0.75 + 0.25 * (1 - rest), kTiny);
  EXPECT_NEAR(band[1].low, 0.25 * 0.025, kTiny);
  EXPECT_NEAR(band[1].high, 0.75 + 0.25 * (1 - rest) * (1 - rest), kTiny);
}

}  // namespace
}  // namespace nero_bench
