#include "harness/analysis/exact_comparison.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "harness/experiment/plan.h"
#include "harness/fixtures.h"

namespace nero_bench {
namespace {

using ::testing::IsEmpty;

std::vector<TrialRecord> example() {
  std::vector<TrialRecord> records;
  for (const auto& trial : plan_trials(parsed(small_config()), {})) records.push_back(record_of(trial));
  return records;
}

TEST(ExactComparison, FindsNothingInTheSameResultsInAnotherOrder) {
  auto other = example();
  std::reverse(other.begin(), other.end());
  other[0].timings.train_seconds = 77;
  EXPECT_THAT(exact_comparison(example(), other), IsEmpty());
}

TEST(ExactComparison, NamesTheFirstDifferenceAndBothValues) {
  auto other = example();
  other[4].curve[1].metrics["test.loss"] = 2.125;
  other[4].steps = 3;  // comes later
  const auto differences = exact_comparison(example(), other);
  ASSERT_EQ(differences.size(), 1U);
  EXPECT_EQ(differences[0].id, other[4].id());
  EXPECT_EQ(differences[0].path, "curve[1].metrics.test.loss");
  EXPECT_EQ(differences[0].left, "2.0");
  EXPECT_EQ(differences[0].right, "2.125");
}

TEST(ExactComparison, SeesALastBit) {
  auto other = example();
  other[0].final_metrics["test.loss"] = std::nextafter(2.0, 3.0);
  ASSERT_EQ(exact_comparison(example(), other).size(), 1U);
}

TEST(ExactComparison, SeesWhatOnlyOneSideHas) {
  auto shorter = example();
  shorter[0].curve.pop_back();
  ASSERT_EQ(exact_comparison(example(), shorter).size(), 1U);
  EXPECT_EQ(exact_comparison(example(), shorter)[0].path, "curve[1]");
  EXPECT_EQ(exact_comparison(example(), shorter)[0].right, "");
  auto longer = example();
  longer[0].counts["model.extra"] = 1;
  EXPECT_EQ(exact_comparison(example(), longer)[0].path, "counts.model.extra");
  EXPECT_EQ(exact_comparison(example(), longer)[0].left, "");
}

TEST(ExactComparison, NamesMissingRecordsOfEitherSide) {
  auto left = example();
  auto right = example();
  left.erase(left.begin());
  right.pop_back();
  const auto differences = exact_comparison(left, right);
  ASSERT_EQ(differences.size(), 2U);
  for (const auto& difference : differences) {
    EXPECT_TRUE(difference.path.empty());
    EXPECT_NE(difference.left.empty(), difference.right.empty());
  }
}

TEST(ExactComparison, OfNonFiniteNumbersIsExactToo) {
  auto left = example();
  left[0].final_metrics["test.loss"] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(exact_comparison(left, left), IsEmpty());
  EXPECT_EQ(exact_comparison(left, example()).front().left, "\"nan\"");
}

}  // namespace
}  // namespace nero_bench
