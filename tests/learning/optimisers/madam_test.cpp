#include "learning/optimisers/madam.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "learning/optimisers/tensors.h"

namespace nero_bench {
namespace {

using testing::DoubleNear;
using testing::Each;
using testing::ElementsAre;
using testing::Pointwise;

TEST(Madam, FirstStepMultipliesEachWeightByTheSameFactor) {
  const auto weight = parameter_of({1, 2, -1, -2}, {4});
  Madam madam({{"weight", weight}});
  step_with(madam, 0.1, tensor_like(weight, {0.3, -5, 70, -1e-5}));
  const double less = std::exp(-0.1);
  const double more = std::exp(0.1);
  EXPECT_THAT(numbers(weight), Pointwise(DoubleNear(1e-14), {less, 2 * more, -more, -2 * less}));
}

TEST(Madam, ClipsWeightsAtThreeTimesTheInitialRootMeanSquare) {  // of (8, 0 …): 8/√16 = 2
  std::vector<double> values(16, 0.0);
  values[3] = -8;
  const auto weight = parameter_of(values, {4, 4});
  Madam madam({{"weight", weight}});
  std::vector<double> gradient(16, 1.0);
  for (int step = 0; step < 3; ++step) step_with(madam, 0.1, tensor_like(weight, gradient));
  values[3] = -6;
  EXPECT_EQ(numbers(weight), values);
}

TEST(Madam, LeavesZerosAtZero) {
  const auto bias = parameter_of({0, 0}, {2});
  Madam madam({{"bias", bias}});
  for (int step = 0; step < 3; ++step) step_with(madam, 0.1, tensor_like(bias, {1, -1}));
  EXPECT_THAT(numbers(bias), Each(0));
}

TEST(Madam,
     ChangesAWeightByAtMostTheBoundInOneStep) {  // after zeros, the normalised gradient is √(1 − β^101)/√0.001 = 9.77
  const auto weight = parameter_of({1}, {1});
  Madam madam({{"weight", weight}}, {.p_scale = 100, .g_bound = 2});
  for (int step = 0; step < 100; ++step) step_with(madam, 0.1, tensor_like(weight, {0}));
  EXPECT_THAT(numbers(weight), ElementsAre(1));
  step_with(madam, 0.1, tensor_like(weight, {-1}));
  EXPECT_NEAR(numbers(weight)[0], std::exp(0.2), 1e-14);
}

TEST(Madam, UnderConstraintsProjectsAfterStepsOnly) {
  const auto weight = random_parameter({6, 20}, 3, at::kFloat);
  const auto before = numbers(weight);
  Madam madam({{"weight", weight}}, {.constrain = true});
  EXPECT_EQ(numbers(weight), before);
  for (std::uint64_t step = 0; step < 10; ++step) {
    step_with(madam, 0.06, random_tensor({6, 20}, 4 + step, at::kFloat));
    EXPECT_THAT(row_means(weight), Each(DoubleNear(0, 3e-7)));
    EXPECT_THAT(row_norms(weight), Each(DoubleNear(1, 3e-7)));
  }
}

}  // namespace
}  // namespace nero_bench
