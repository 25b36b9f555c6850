#include "harness/analysis/sensitivity.h"

#include <gtest/gtest.h>

namespace nero_bench {
namespace {

// Two rates that are equally good: half their difference is all that the better one is ahead of both, and Student's
// interval of it is 0.0005 ± t(9) · 0.0130064 / √10, which must not be cut where the other one is ahead.
TEST(Sensitivity, OfRatesThatAreAlikeVariesToBothSides) {
  const SearchErrors search{.rates = {0.01, 0.1},
                            .errors = {{0.20, 0.22, 0.18, 0.24, 0.16, 0.21, 0.19, 0.23, 0.17, 0.21},
                                       {0.20, 0.20, 0.20, 0.20, 0.20, 0.20, 0.20, 0.20, 0.20, 0.20}},
                            .shared = {0.01, 0.1},
                            .best = 1,
                            .trivial = 0.9,
                            .untrained = 0.9};
  const auto shared = sensitivity_of(search, {}, {}).shared;
  EXPECT_NEAR(shared.value.value, 0.0005, 1e-12);
  EXPECT_NEAR(shared.normalised.value, 0.0005 / 0.7, 1e-12);
  ASSERT_TRUE(shared.value.interval && shared.normalised.interval);
  EXPECT_NEAR(shared.value.interval->high, 0.0005 + 0.009304, 0.0004);  // a thousand resamples
  EXPECT_NEAR(shared.normalised.interval->high, 0.009804 / 0.7, 0.0006);
  EXPECT_EQ(shared.value.interval->low, 0);  // it cannot be negative
  EXPECT_EQ(shared.normalised.interval->low, 0);
}

}  // namespace
}  // namespace nero_bench
