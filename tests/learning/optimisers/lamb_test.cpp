#include "learning/optimisers/lamb.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "learning/optimisers/tensors.h"

namespace nero_bench {
namespace {

using testing::DoubleNear;
using testing::Each;
using testing::Pointwise;

double norm_of(const at::Tensor& tensor) { return tensor.detach().norm().item<double>(); }

// How far the first step at rate 0.01 moves a tensor of the given norm.
double first_move(double weight_norm, const LambOptions& options) {
  const auto direction = random_tensor({5, 7}, 1);
  const auto weight = (direction * (weight_norm / norm_of(direction))).requires_grad_();
  const auto before = weight.detach().clone();
  Lamb lamb({{"weight", weight}}, options);
  step_with(lamb, 0.01, random_tensor({5, 7}, 2) * 100);
  return norm_of(weight - before);
}

TEST(Lamb, FirstStepMovesATensorInProportionToItsNorm) {
  EXPECT_NEAR(first_move(0.3, {}), 0.003, 1e-14);
  EXPECT_NEAR(first_move(7, {.beta1 = 0}), 0.07, 1e-13);
  EXPECT_NEAR(first_move(10, {.weight_decay = 0.1}), 0.1, 1e-13);
}

TEST(Lamb, CountsTheNormOfALargeTensorAsTheClamp) {
  EXPECT_NEAR(first_move(20, {}), 0.1, 1e-13);
  EXPECT_NEAR(first_move(20, {.weight_norm_clamp = 15}), 0.15, 1e-13);
  EXPECT_NEAR(first_move(20, {.weight_norm_clamp = 0}), 0.2, 1e-13);
}

// What the first step at rate 0.01 adds to a zero tensor with gradient ±`size`.
std::vector<double> first_step_of_zeros(double size, const LambOptions& options) {
  const auto bias = parameter_of({0, 0}, {2});
  Lamb lamb({{"bias", bias}}, options);
  step_with(lamb, 0.01, tensor_like(bias, {size, -size}));
  return numbers(bias);
}

TEST(Lamb, FirstStepOfAZeroTensorLacksTheBiasCorrection) {
  EXPECT_THAT(first_step_of_zeros(1e6, {.beta1 = 0}), Pointwise(DoubleNear(1e-9), {-0.316227766, 0.316227766}));
  EXPECT_THAT(first_step_of_zeros(1e6, {.beta1 = 0.9}), Pointwise(DoubleNear(1e-9), {-0.0316227766, 0.0316227766}));
  EXPECT_THAT(first_step_of_zeros(2.1e-4, {.beta1 = 0}), Pointwise(DoubleNear(5e-4), {-0.275, 0.275}));
}

TEST(Lamb, WithBiasCorrectionStepsByTheLearningRateAtFirst) {
  EXPECT_THAT(first_step_of_zeros(1e6, {.bias_correction = true}), Pointwise(DoubleNear(1e-9), {-0.01, 0.01}));
}

TEST(Lamb, ReportsTheNormsAndTheRatioOfItsLastStep) {
  const auto weight = parameter_of({3, 4}, {2});
  Lamb lamb({{"weight", weight}}, {.beta1 = 0, .epsilon = 0});
  step_with(lamb, 0.01, tensor_like(weight, {2, 2}));
  const double update_norm = std::sqrt(2 / 0.001);
  EXPECT_EQ(lamb.state().tensors[2].name, "weight/diagnostics");
  EXPECT_THAT(numbers(lamb.state().tensors[2].tensor),
              Pointwise(DoubleNear(1e-12), {5.0, update_norm, 5 / update_norm}));
}

TEST(Lamb, StepsATensorWithTheSameBitsWhateverStandsBesideIt) {
  const std::vector<std::vector<std::int64_t>> shapes{{30, 7}, {1500, 900}, {10}, {2200, 1000}, {64, 32}, {900, 800}};
  const auto stepped = [&](std::size_t first, std::size_t last) {
    NamedTensors parameters;
    for (auto i = first; i < last; ++i) {
      parameters.push_back({std::to_string(i), random_parameter(shapes[i], i, at::kFloat)});
      parameters.back().tensor.mutable_grad() = random_tensor(shapes[i], 100 + i, at::kFloat);
    }
    Lamb lamb(parameters, {.constrain = true});
    lamb.set_learning_rate(0.01);
    lamb.step();
    lamb.step();
    return parameters;
  };
  const auto together = stepped(0, shapes.size());
  for (std::size_t i = 0; i < shapes.size(); ++i)
    EXPECT_TRUE(at::equal(stepped(i, i + 1).front().tensor, together[i].tensor)) << "tensor " << i;
}

TEST(Lamb, UnderConstraintsProjectsAfterStepsOnly) {
  const auto weight = random_parameter({6, 20}, 3, at::kFloat);
  const auto before = numbers(weight);
  Lamb lamb({{"weight", weight}}, {.constrain = true});
  EXPECT_EQ(numbers(weight), before);
  for (std::uint64_t step = 0; step < 10; ++step) {
    step_with(lamb, 0.06, random_tensor({6, 20}, 4 + step, at::kFloat));
    EXPECT_THAT(row_means(weight), Each(DoubleNear(0, 3e-7)));
    EXPECT_THAT(row_norms(weight), Each(DoubleNear(1, 3e-7)));
  }
}

}  // namespace
}  // namespace nero_bench
