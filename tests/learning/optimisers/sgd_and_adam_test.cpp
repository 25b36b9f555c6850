#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "learning/optimisers/adam.h"
#include "learning/optimisers/sgd.h"
#include "learning/optimisers/tensors.h"

namespace nero_bench {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::Pointwise;

// A weight that starts at 1 and sees the gradient 1 twice at rate 0.1.
double after_two_steps(const SgdOptions& options) {
  const auto weight = parameter_of({1}, {1});
  Sgd sgd({{"weight", weight}}, options);
  for (int step = 0; step < 2; ++step) step_with(sgd, 0.1, tensor_like(weight, {1}));
  return numbers(weight)[0];
}

TEST(Sgd, FollowsTheGradient) { EXPECT_DOUBLE_EQ(after_two_steps({}), 0.8); }

TEST(Sgd, WithMomentumAddsPastGradients) {  // steps 1 and 1.5
  EXPECT_DOUBLE_EQ(after_two_steps({.momentum = 0.5}), 0.75);
}

TEST(Sgd, WithNesterovMomentumLooksOneStepAhead) {  // steps 1 + 0.5·1 and 1 + 0.5·1.5
  EXPECT_DOUBLE_EQ(after_two_steps({.momentum = 0.5, .nesterov = true}), 0.675);
}

TEST(Sgd, AddsWeightDecayToTheGradient) {  // 1 → 0.88 → 0.88 − 0.1·(1 + 0.2·0.88)
  EXPECT_DOUBLE_EQ(after_two_steps({.weight_decay = 0.2}), 0.7624);
}

TEST(Adam, FirstStepMovesEveryElementByTheLearningRate) {
  const auto weight = parameter_of({1, 2, 3}, {3});
  Adam adam({{"weight", weight}}, {.epsilon = 0});
  step_with(adam, 0.1, tensor_like(weight, {1e-4, -7, 30}));
  EXPECT_THAT(numbers(weight), Pointwise(DoubleNear(1e-14), {0.9, 2.1, 2.9}));
}

TEST(Adam, AddsEpsilonAfterTheBiasCorrection) {  // |g| = ε: half the step
  const auto weight = parameter_of({1}, {1});
  Adam adam({{"weight", weight}}, {.epsilon = 1e-3});
  step_with(adam, 0.1, tensor_like(weight, {1e-3}));
  EXPECT_NEAR(numbers(weight)[0], 0.95, 1e-14);
}

TEST(Adam, NormalisesWeightDecayAwayUnlessItIsDecoupled) {  // no gradient but the decay's own
  const auto coupled = parameter_of({10}, {1});
  Adam adam({{"weight", coupled}}, {.epsilon = 0, .weight_decay = 0.01});
  step_with(adam, 0.1, tensor_like(coupled, {0}));
  EXPECT_NEAR(numbers(coupled)[0], 9.9, 1e-14);

  const auto decoupled = parameter_of({10}, {1});
  Adam adamw({{"weight", decoupled}}, {.weight_decay = 0.01, .decoupled = true});
  step_with(adamw, 0.1, tensor_like(decoupled, {0}));
  EXPECT_NEAR(numbers(decoupled)[0], 9.99, 1e-14);
}

}  // namespace
}  // namespace nero_bench
