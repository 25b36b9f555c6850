#include "learning/models/layers.h"

#include <ATen/ops/equal.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "learning/models/builds.h"
#include "learning/tensors/generator.h"

namespace nero_bench {
namespace {

using testing::DoubleNear;
using testing::Each;
using testing::Pointwise;

BatchNorm batch_norm_of_one_channel() {
  return {at::tensor({2.0F}), at::tensor({1.0F}), at::tensor({0.5F}), at::tensor({4.0F})};
}

// Two images of one pixel, 1 and 5: mean 3, biased variance 4, unbiased 8; gain 2, bias 1.
at::Tensor two_pixels() { return at::tensor({1.0F, 5.0F}).reshape({2, 1, 1, 1}); }

TEST(BatchNorm, OfABatchUsesItsBiasedVarianceAndLetsTheRunningOnesFollowTheUnbiased) {
  const auto norm = batch_norm_of_one_channel();
  const auto out = norm(two_pixels(), {.batch_statistics = true, .update_statistics = true});
  EXPECT_THAT(numbers(out), Pointwise(DoubleNear(1e-5), {1 - 2.0, 1 + 2.0}));
  EXPECT_NEAR(norm.running_mean.item<double>(), 0.9 * 0.5 + 0.1 * 3, 1e-6);
  EXPECT_NEAR(norm.running_variance.item<double>(), 0.9 * 4 + 0.1 * 8, 1e-6);
}

TEST(BatchNorm, OfAMeasurementUsesTheBatchAndLeavesTheRunningStatisticsAlone) {
  const auto norm = batch_norm_of_one_channel();
  EXPECT_THAT(numbers(norm(two_pixels(), {.batch_statistics = true})), Pointwise(DoubleNear(1e-5), {-1.0, 3.0}));
  EXPECT_EQ(norm.running_mean.item<double>(), 0.5);
  EXPECT_EQ(norm.running_variance.item<double>(), 4);
}

TEST(BatchNorm, InEvaluationUsesTheRunningStatisticsAndLeavesThemAlone) {  // (x − ½) / 2 · 2 + 1
  const auto norm = batch_norm_of_one_channel();
  EXPECT_THAT(numbers(norm(two_pixels(), {})), Pointwise(DoubleNear(1e-5), {1.5, 5.5}));
  EXPECT_EQ(norm.running_mean.item<double>(), 0.5);
  EXPECT_EQ(norm.running_variance.item<double>(), 4);
}

Pass dropping(std::uint64_t seed) { return {.dropout = generator_on(at::kCPU, seed)}; }

TEST(Dropout, ZeroesThePartAskedForAndScalesTheRest) {
  const auto out = dropout(at::ones({1000, 100}), 0.2, dropping(0));
  EXPECT_NEAR(out.eq(0).to(at::kDouble).mean().item<double>(), 0.2, 4 * std::sqrt(0.2 * 0.8 / 1e5));
  EXPECT_THAT(numbers(out.masked_select(out.ne(0))), Each(DoubleNear(1.25, 1e-6)));
}

TEST(Dropout, IsAFunctionOfTheGeneratorsSeed) {
  const auto x = at::ones({10, 100});
  EXPECT_TRUE(at::equal(dropout(x, 0.5, dropping(3)), dropout(x, 0.5, dropping(3))));
  EXPECT_FALSE(at::equal(dropout(x, 0.5, dropping(3)), dropout(x, 0.5, dropping(4))));
}

TEST(Dropout, DropsOthersInTheNextLayer) {
  const auto pass = dropping(3);
  const auto x = at::ones({10, 100});
  const auto first = dropout(x, 0.5, pass);
  EXPECT_FALSE(at::equal(dropout(x, 0.5, pass), first));
}

TEST(Dropout, DoesNothingInEvaluation) {
  const auto x = at::ones({10, 100});
  EXPECT_TRUE(at::equal(dropout(x, 0.5, {}), x));
}

}  // namespace
}  // namespace nero_bench
