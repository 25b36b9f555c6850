#include "base/hypothesis_tests.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

namespace nero_bench {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Student's (1908) sleep data: 10 patients, two drugs; R's t.test gives t = -1.8608, df = 17.776, p = 0.07939.
const Sample kDrug1 = sample_of(std::vector<double>{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0});
const Sample kDrug2 = sample_of(std::vector<double>{1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4});

TEST(Welch, GivesThePublishedFiguresOfStudentsSleepData) {
  const auto difference = welch(kDrug1, kDrug2);
  EXPECT_NEAR(difference.value / difference.standard_error, -1.8608, 5e-5);
  EXPECT_NEAR(difference.freedom, 17.776, 5e-4);
  EXPECT_NEAR(p_two_sided(difference), 0.07939, 5e-6);
  EXPECT_NEAR(half_width(difference, 0.95), (3.3654832 + 0.2054832) / 2, 5e-6);
}

TEST(Welch, TakesTheOnlySpreadThereIsForASingleValue) {
  const Sample one{1, 5, kNaN};
  const auto difference = welch(one, kDrug1);
  EXPECT_DOUBLE_EQ(difference.standard_error, kDrug1.deviation * std::sqrt(1.1));
  EXPECT_EQ(difference.freedom, 9);
  EXPECT_DOUBLE_EQ(welch(kDrug1, one).standard_error, difference.standard_error);
  EXPECT_DOUBLE_EQ(welch(kDrug1, one).value, -difference.value);
  EXPECT_TRUE(std::isnan(p_two_sided(welch(one, one))));
}

TEST(Welch, ComparesTheMeansThemselvesWhereThereIsNoSpread) {
  const Sample low{3, 0.1, 0};
  const Sample high{3, 0.2, 0};
  EXPECT_EQ(p_below(welch(low, high)), 0);
  EXPECT_EQ(p_above(welch(low, high)), 1);
  EXPECT_EQ(p_below(welch(low, low)), 1);
  EXPECT_EQ(half_width(welch(low, high), 0.95), 0);
}

TEST(SpreadOfTheOther, SeesOneStrayValueThatWelchCannot) {
  const auto reference = sample_of(std::vector<double>{0.90, 0.91, 0.92});
  const auto stray = sample_of(std::vector<double>{0.90, 0.91, 0.42});
  EXPECT_GT(p_below(welch(stray, reference)), 0.15);
  EXPECT_LT(p_below(with_spread_of_right(stray, reference)), 0.005);
}

TEST(Welch, HoldsForSpreadsWhoseSquaresADoubleCannotHold) {
  const Sample tiny{3, 1, 1e-100};
  EXPECT_NEAR(welch(tiny, tiny).freedom, 4, 1e-9);
  const auto no_spread_of_ours = welch({4, 0, 0}, tiny);
  EXPECT_NEAR(no_spread_of_ours.freedom, 2, 1e-9);
  EXPECT_LT(p_below(no_spread_of_ours), 1e-100);
  EXPECT_TRUE(std::isfinite(half_width(no_spread_of_ours, 0.95)));
  const Sample huge{10, 1e308, 1e308};
  EXPECT_NEAR(welch(huge, huge).freedom, 18, 1e-9);
}

TEST(MeanDifference, WithoutDegreesOfFreedomIsNoTest) {
  for (const MeanDifference& difference : {MeanDifference{1, 1, kNaN}, MeanDifference{1, HUGE_VAL, 5}}) {
    EXPECT_TRUE(std::isnan(p_below(difference)));
    EXPECT_TRUE(std::isnan(half_width(difference, 0.95)));
    EXPECT_TRUE(std::isnan(p_equivalent(difference, 2)));
  }
  EXPECT_FALSE(count_for_equivalence(HUGE_VAL, {3, 1, 1}, 1, 0.05, 0.8));
}

TEST(Equivalence, IsTheLargerOfTwoOneSidedTests) {
  const MeanDifference difference{0.5, 1, 10};
  EXPECT_DOUBLE_EQ(p_equivalent(difference, 2), p_below({-1.5, 1, 10}));
  EXPECT_DOUBLE_EQ(p_equivalent({-0.5, 1, 10}, 2), p_equivalent(difference, 2));
  EXPECT_GT(p_equivalent({3, 1, 10}, 2), 0.5);  // beyond the margin
}

TEST(SeedsNeeded, AreFewerForAWiderMarginAndNoneWhereTheOtherSideIsTheLimit) {
  const Sample reference{20, 0.9, 0.01};
  const auto narrow = count_for_equivalence(0.01, reference, 0.01, 0.05, 0.8);
  const auto wide = count_for_equivalence(0.01, reference, 0.02, 0.05, 0.8);
  ASSERT_TRUE(narrow && wide);
  EXPECT_GT(*narrow, *wide);
  EXPECT_FALSE(count_for_equivalence(0.01, {3, 0.9, 0.05}, 0.01, 0.05, 0.8));
  EXPECT_FALSE(count_for_equivalence(0.01, reference, 0, 0.05, 0.8));
  EXPECT_EQ(count_for_equivalence(0, {3, 0.9, 0}, 0.01, 0.05, 0.8), 2);
}

TEST(MoreFailures, AreCountedAsFisherDid) {
  EXPECT_DOUBLE_EQ(p_more_failures(1, 1, 0, 20), 1.0 / 21);    // the one failure of 21 is ours
  EXPECT_DOUBLE_EQ(p_more_failures(2, 2, 0, 20), 1.0 / 231);   // of C(22, 2) pairs
  EXPECT_NEAR(p_more_failures(3, 4, 1, 4), 17.0 / 70, 1e-14);  // the lady tasting tea
  EXPECT_EQ(p_more_failures(0, 5, 3, 5), 1);
  EXPECT_DOUBLE_EQ(p_more_failures(2, 2, 0, 0), 1);  // nothing to compare with
  EXPECT_DOUBLE_EQ(p_more_failures(1, 3, 2, 2), 1);  // ours cannot have fewer
}

TEST(Holm, MultipliesTheSmallestByAllAndKeepsTheOrder) {
  EXPECT_THAT(holm(std::vector<double>{0.01, 0.04, 0.03, 0.005}),
              ElementsAre(DoubleNear(0.03, 1e-15), DoubleNear(0.06, 1e-15), DoubleNear(0.06, 1e-15),
                          DoubleNear(0.02, 1e-15)));  // R: p.adjust(method = "holm")
  EXPECT_THAT(holm(std::vector<double>{0.9, 0.8}), ElementsAre(1, 1));
}

TEST(Holm, LeavesOutWhatIsNotKnown) {
  const auto adjusted = holm(std::vector<double>{kNaN, 0.02, kNaN, 0.5});
  EXPECT_TRUE(std::isnan(adjusted[0]) && std::isnan(adjusted[2]));
  EXPECT_DOUBLE_EQ(adjusted[1], 0.04);
}

}  // namespace
}  // namespace nero_bench
