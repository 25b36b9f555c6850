#include "learning/metrics/signal.h"

#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>

namespace nero_bench {
namespace {

// Two samples, two neurons: (1, 4) and (3, 8). Variances 1 and 4, mean 2.5; means 2 and 6, mean square 20.
TEST(RelativeSpread, IsTheRootOfMeanVarianceOverMeanSquareOfTheMeans) {
  const auto activations = at::tensor({1.0, 4.0, 3.0, 8.0}, at::kFloat).reshape({2, 2});
  EXPECT_NEAR(relative_spread(activations), std::sqrt(2.5 / 20), 1e-15);
}

TEST(RelativeSpread, IsZeroWhereEveryInputLooksTheSame) { EXPECT_EQ(relative_spread(at::full({5, 3}, 0.7F)), 0); }

TEST(RelativeSpread, DoesNotDependOnTheUnitOfTheActivations) {
  const auto activations = at::tensor({1.0, 4.0, 3.0, 8.0}, at::kDouble).reshape({2, 2});
  EXPECT_NEAR(relative_spread(activations * 1e-20), relative_spread(activations), 1e-15);
}

TEST(RelativeSpread, SeesADifferenceInTheLastBitsOfAFloat) {  // 1 and 1 + 2⁻²³: spread 2⁻²⁴ around about 1
  const auto activations = at::tensor({1.0F, std::nextafter(1.0F, 2.0F)}, at::kFloat).reshape({2, 1});
  EXPECT_NEAR(relative_spread(activations), std::ldexp(1.0, -24), 1e-13);
}

TEST(RelativeSpread, OfNothingButZerosIsNotANumber) { EXPECT_TRUE(std::isnan(relative_spread(at::zeros({5, 3})))); }

TEST(RelativeSpread, TakesActivationsOfADifferentiatedNetwork) {
  const auto activations = at::full({5, 3}, 0.7F).requires_grad_();
  EXPECT_EQ(relative_spread(activations * 2), 0);
}

}  // namespace
}  // namespace nero_bench
