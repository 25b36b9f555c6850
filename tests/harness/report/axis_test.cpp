#include "harness/report/axis.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

namespace nero_bench {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;

std::vector<std::string> texts_of(const std::vector<Mark>& marks) {
  std::vector<std::string> texts;
  for (const auto& mark : marks) texts.push_back(mark.text);
  return texts;
}

TEST(LinearMarks, AreRoundNumbersInsideTheRange) {
  EXPECT_THAT(texts_of(linear_marks({0.07, 0.93})), ElementsAre("0.2", "0.4", "0.6", "0.8"));
  EXPECT_THAT(texts_of(linear_marks({-1, 1})), ElementsAre("-1", "-0.5", "0", "0.5", "1"));
  EXPECT_THAT(texts_of(linear_marks({0.9, 3.1}, 1)), ElementsAre("1", "2", "3"));
  EXPECT_THAT(linear_marks({0.07, 0.93}).at(2).value, DoubleEq(0.6000000000000001));
}

TEST(LinearMarks, AreFewHoweverNarrowTheRange) {
  for (const double low : {0.6667, 1e-300, 1e16, -3.0})
    EXPECT_LE(linear_marks({low, std::nextafter(low, std::numeric_limits<double>::infinity())}).size(), 7U) << low;
}

TEST(LinearMarks, HaveAsManyDigitsAsTellThemApart) {
  EXPECT_THAT(texts_of(linear_marks({1000.01, 1000.05})),
              ElementsAre("1000.01", "1000.02", "1000.03", "1000.04", "1000.05"));
}

TEST(LogarithmicMarks, ArePowersOfTenOrTheEndsOfWhatHoldsFewer) {
  EXPECT_THAT(texts_of(logarithmic_marks({2e-4, 0.3})), ElementsAre("1e-3", "1e-2", "1e-1"));
  EXPECT_THAT(texts_of(logarithmic_marks({0.02, 0.3})), ElementsAre("2e-2", "3e-1"));
  EXPECT_THAT(texts_of(logarithmic_marks({1e-10, 1e10})).size(), 7U);  // every third
}

TEST(Range, IsOfFiniteValuesAlone) {
  Range range;
  for (const double value : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
    range.include(value);
  EXPECT_TRUE(range.empty());
  range.include(3);
  EXPECT_EQ(range.low, 3);
  EXPECT_EQ(range.high, 3);
}

TEST(Range, OfASingleValueIsWidened) {
  EXPECT_EQ(widened({0.1, 0.1}, true).low, 0.05);
  EXPECT_EQ(widened({3, 3}, false).high, 4);
  EXPECT_EQ(widened({3, 3.5}, false).high, 3.5);
  EXPECT_DOUBLE_EQ(with_margins({0.5, std::nextafter(0.5, 1)}).low, 0.4);
  EXPECT_EQ(with_margins({}).high, 1);
}

TEST(Axis, GoesFromOneEndToTheOther) {
  const Axis across({1e-4, 1}, true, 100, 500);
  EXPECT_DOUBLE_EQ(across(1e-4), 100);
  EXPECT_DOUBLE_EQ(across(1e-2), 300);
  const Axis up({-1, 1}, false, 230, 30);
  EXPECT_DOUBLE_EQ(up(0.5), 80);
}

}  // namespace
}  // namespace nero_bench
