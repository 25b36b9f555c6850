#include "harness/experiment/learning_rates.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>

#include "harness/fixtures.h"

namespace nero_bench {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<double> rates_from(const Json& rates) {
  const Json json{{"learning_rates", rates}};
  JsonReader reader(json, "config.json");
  return parse_learning_rates(reader, "learning_rates");
}

std::string error_from(const Json& rates) {
  return error_of([&] { rates_from(rates); });
}

TEST(LogarithmicGrid, HasExactlyTheDecimalsOneWouldWrite) {
  EXPECT_THAT(logarithmic_grid(1e-4, 1, 1), ElementsAre(0.0001, 0.001, 0.01, 0.1, 1.0));
  EXPECT_THAT(logarithmic_grid(3e-5, 0.3, 1), ElementsAre(3e-5, 3e-4, 3e-3, 0.03, 0.3));
}

TEST(LogarithmicGrid, RoundsBetweenDecadesToThreeDigits) {
  EXPECT_THAT(logarithmic_grid(0.01, 1, 2), ElementsAre(0.01, 0.0316, 0.1, 0.316, 1.0));
  EXPECT_THAT(logarithmic_grid(0.01, 0.1, 3), ElementsAre(0.01, 0.0215, 0.0464, 0.1));
}

TEST(LogarithmicGrid, EndsAtTheLastRateThatIsNotAboveTheEnd) {
  EXPECT_THAT(logarithmic_grid(0.01, 0.5, 1), ElementsAre(0.01, 0.1));
  EXPECT_THAT(logarithmic_grid(0.01, 0.316, 2), ElementsAre(0.01, 0.0316, 0.1, 0.316));
  EXPECT_THAT(logarithmic_grid(0.01, 0.01, 5), ElementsAre(0.01));
}

TEST(LogarithmicGrid, HasNoRateTwiceAtItsDensest) {
  const auto rates = logarithmic_grid(1e-30, 1e30, 50);
  EXPECT_EQ(rates.size(), 60U * 50 + 1);
  EXPECT_EQ(std::adjacent_find(rates.begin(), rates.end(), std::greater_equal<>()), rates.end());
}

TEST(LearningRates, AreAListOrAGrid) {
  EXPECT_THAT(rates_from({0.1, 0.01}), ElementsAre(0.1, 0.01));
  EXPECT_THAT(rates_from({{"from", 0.01}, {"to", 1}}), ElementsAre(0.01, 0.1, 1.0));
  EXPECT_THAT(rates_from({{"from", 0.01}, {"to", 0.1}, {"per_decade", 2}}), ElementsAre(0.01, 0.0316, 0.1));
}

TEST(LearningRates, RefuseWhatIsNone) {
  EXPECT_THAT(error_from(0.1), AllOf(HasSubstr("a list of numbers > 0, or a grid"), HasSubstr("per_decade")));
  EXPECT_THAT(error_from(Json::array()), HasSubstr("a list of numbers > 0"));
  EXPECT_THAT(error_from({0.1, "x"}), HasSubstr("[1]: expected a number"));
  EXPECT_THAT(error_from({0.1, 0}), HasSubstr("> 0"));
  EXPECT_THAT(error_from({0.1, -0.1}), HasSubstr("> 0"));
  EXPECT_THAT(error_from({0.1, 0.01, 0.1}), AllOf(HasSubstr("differ"), HasSubstr("remove one of the two 0.1")));
  EXPECT_THAT(error_from({{"from", 0}, {"to", 1}}), AllOf(HasSubstr("learning_rates.from"), HasSubstr("in [1e-30")));
  EXPECT_THAT(error_from({{"from", 1}, {"to", 0.1}}), AllOf(HasSubstr("learning_rates.to"), HasSubstr("exchange")));
  EXPECT_THAT(error_from({{"from", 1e-3}, {"to", 1}, {"per_decade", 0}}), HasSubstr("learning_rates.per_decade"));
  EXPECT_THAT(error_from({{"from", 1e-3}, {"to", 1}, {"per_decade", 1e9}}), HasSubstr("learning_rates.per_decade"));
  EXPECT_THAT(error_from({{"fron", 1e-3}, {"to", 1}}), HasSubstr("rename 'fron' to 'from'"));
  EXPECT_THAT(error_from(std::vector<double>(10'001, 0.1)), HasSubstr("at most 10000"));
}

}  // namespace
}  // namespace nero_bench
