#include "harness/analysis/rate_curve.h"

#include <gmock/gmock.h>

#include <vector>

namespace nero_bench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Values = std::vector<double>;

const Values kDecades{1e-4, 1e-3, 1e-2, 1e-1};

TEST(RateCurve, OfEqualErrorsTheSmallestRateIsBest) { EXPECT_EQ(best_index(Values{0.9, 0.2, 0.2}), 1U); }

TEST(RateCurve, KnowsTheEndsOfTheGrid) {
  EXPECT_EQ(edge_at(0, 3), GridEdge::kSmallest);
  EXPECT_EQ(edge_at(1, 3), GridEdge::kInside);
  EXPECT_EQ(edge_at(2, 3), GridEdge::kLargest);
  EXPECT_EQ(edge_at(0, 1), GridEdge::kInside);  // one rate is no grid
}

TEST(RateCurve, ContinuesTheGridByADecade) {
  EXPECT_THAT(continued(kDecades, GridEdge::kSmallest), ElementsAre(1e-5));
  EXPECT_THAT(continued(kDecades, GridEdge::kLargest), ElementsAre(1));
  EXPECT_THAT(continued(Values{0.1, 0.316, 1}, GridEdge::kLargest), ElementsAre(3.16, 10));
  EXPECT_THAT(continued(Values{1e-4, 1e-2}, GridEdge::kSmallest), ElementsAre(1e-6));  // a step of two decades
  EXPECT_THAT(continued(kDecades, GridEdge::kInside), IsEmpty());
}

TEST(RateCurve, ContinuesADenseGridInThreeSteps) {
  const auto next = ElementsAre(0.215, 0.464, 1);
  EXPECT_THAT(continued(Values{0.08, 0.1}, GridEdge::kLargest), next);
  EXPECT_THAT(continued(Values{0.1 / 1.00001, 0.1}, GridEdge::kLargest), next);
  EXPECT_THAT(continued(Values{0.05, 0.1}, GridEdge::kLargest), ElementsAre(0.2, 0.4, 0.8));  // its own ratio
}

TEST(RateCurve, ContinuesNoGridBeyondTheNumbers) {
  EXPECT_THAT(continued(Values{1e300, 1e308}, GridEdge::kLargest), IsEmpty());
  EXPECT_THAT(continued(Values{1e-308, 1e-307}, GridEdge::kSmallest), IsEmpty());
  EXPECT_THAT(continued(Values{1e-310, 1e-300}, GridEdge::kSmallest), IsEmpty());
}

TEST(RateCurve, CountsValleysDeeperThanTheNoise) {
  EXPECT_EQ(count_modes(Values{0.9, 0.2, 0.9}, 0.07), 1);
  EXPECT_EQ(count_modes(Values{0.5, 0.9, 0.3, 0.9}, 0.07), 2);
  EXPECT_EQ(count_modes(Values{0.9, 0.3, 0.35, 0.3, 0.9}, 0.07), 1);
  EXPECT_EQ(count_modes(Values{0.9, 0.5, 0.2}, 0.07), 1);
  EXPECT_EQ(count_modes(Values{0.2, 0.5, 0.9}, 0.07), 1);
  EXPECT_EQ(count_modes(Values{0.4}, 0.07), 1);
  EXPECT_EQ(count_modes({}, 0.07), 0);
}

TEST(RateCurve, WidthIsInterpolatedInTheLogarithmOfTheRate) {
  // left: (.27 − .2) / (.8 − .2) of a decade; right: (.27 − .2) / (.3 − .2)
  const auto width = width_within(kDecades, Values{0.8, 0.2, 0.3, 0.9}, 0.27);
  EXPECT_NEAR(width.decades, 0.07 / 0.6 + 0.7, 1e-12);
  EXPECT_FALSE(width.open_below);
  EXPECT_FALSE(width.open_above);
}

TEST(RateCurve, WidthThatReachesTheEndOfTheGridIsOpenThere) {
  const auto width = width_within(kDecades, Values{0.25, 0.2, 0.3, 0.9}, 0.27);
  EXPECT_NEAR(width.decades, 1 + 0.7, 1e-12);
  EXPECT_TRUE(width.open_below);
  EXPECT_FALSE(width.open_above);
}

TEST(RateCurve, WidthDoesNotJumpAGap) {
  const auto width = width_within(kDecades, Values{0.25, 0.9, 0.2, 0.9}, 0.27);
  EXPECT_NEAR(width.decades, 2 * 0.07 / 0.7, 1e-12);
}

}  // namespace
}  // namespace nero_bench
