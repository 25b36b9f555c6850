// One step of the kernels against double precision, beside the same step with tensor operations: the kernels may err
// twice as much, or 4e-7 of a row's norm, whichever is more.

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "learning/kernels/reference.h"
#include "learning/kernels/step_kernels.h"
#include "learning/optimisers/balance.h"
#include "learning/optimisers/fused_step.h"
#include "learning/optimisers/nero.h"
#include "learning/optimisers/tensors.h"

namespace nero_bench {
namespace {

constexpr double kBeta = 0.999;
constexpr std::int64_t kNeurons = 256;

// Rows before a step: weights, gradients, moving averages, all float32, and the number of the step.
struct Problem {
  at::Tensor weight;
  at::Tensor gradient;
  at::Tensor mean_square;
  double steps = 1;
};

at::Tensor normal(std::int64_t length, std::uint64_t seed) {
  return random_tensor({kNeurons, length}, seed, at::kFloat);
}

at::Tensor balanced(const at::Tensor& weight) {
  const auto copy = weight.to(at::kDouble, /*non_blocking=*/false, /*copy=*/true);
  balance_rows(copy, {});
  return copy.to(at::kFloat);
}

// A moving average that makes the step turn every row by `times` the learning rate.
at::Tensor average_for(const at::Tensor& gradient, double times) {
  const auto norm = neuron_norm(gradient.to(at::kDouble));
  return (norm.square() / (times * times)).to(at::kFloat);
}

struct Case {
  std::string name;
  std::function<Problem(std::int64_t length, double rate)> make;
};

constexpr double kManySteps = 1e6;  // no bias correction to speak of

std::vector<Case> cases() {
  const auto settled = [](const at::Tensor& weight, const at::Tensor& gradient) {
    return Problem{weight, gradient, average_for(gradient, 1), kManySteps};
  };
  return {
      {"random", [=](std::int64_t n, double) { return settled(balanced(normal(n, 1)), normal(n, 2)); }},
      {"first_step",
       [](std::int64_t n, double) {
         return Problem{balanced(normal(n, 3)), normal(n, 4), at::zeros({kNeurons, 1}), 1};
       }},
      {"gradient_with_strong_mean",
       [=](std::int64_t n, double) { return settled(balanced(normal(n, 5)), normal(n, 6) + 30); }},
      {"spike",  // a row that had no gradient before
       [](std::int64_t n, double) {
         const auto gradient = normal(n, 7);
         return Problem{balanced(normal(n, 8)), gradient, average_for(gradient, 31.6), kManySteps};
       }},
      {"weight_almost_parallel_to_the_step",  // κ up to 2e6
       [](std::int64_t n, double rate) {
         const auto weight = balanced(normal(n, 9));
         const auto gradient = weight + balanced(normal(n, 10)) * 1.4e-3;
         return Problem{weight, gradient, average_for(gradient, 1 / rate), kManySteps};
       }},
      {"rows_that_were_never_projected",
       [=](std::int64_t n, double) { return settled(normal(n, 11) * 0.5 + 3, normal(n, 12)); }},
      {"tiny_first_step",
       [](std::int64_t n, double) {
         return Problem{balanced(normal(n, 15)), normal(n, 16) * 1e-21, at::zeros({kNeurons, 1}), 1};
       }},
      {"tiny_gradient",
       [=](std::int64_t n, double) {
         const auto gradient = normal(n, 13) * 1e-21;
         return Problem{balanced(normal(n, 14)), gradient, average_for(gradient, 1), kManySteps};
       }},
  };
}

std::vector<double> doubles(const at::Tensor& tensor) { return numbers(tensor.to(at::kDouble)); }

// The weights after the step, as nearly exact as doubles are.
at::Tensor exact_step(const Problem& problem, const NeroStep& step) {
  auto weight = doubles(problem.weight);
  const auto gradient = doubles(problem.gradient);
  auto mean_square = doubles(problem.mean_square);
  reference::nero({.weight = weight.data(),
                   .gradient = gradient.data(),
                   .mean_square = mean_square.data(),
                   .scale = 1,
                   .rows = {kNeurons, problem.weight.size(1)},
                   .has_rows = true,
                   .bias_correction = 1 - std::pow(step.beta, problem.steps)},
                  step);
  return tensor_like(problem.weight.to(at::kDouble), weight);
}

at::Tensor fused_step(const Problem& problem, const NeroStep& step, const StepKernels& kernels) {
  const auto weight = problem.weight.clone();
  const auto mean_square = problem.mean_square.clone();
  const Rows rows{kNeurons, problem.weight.size(1)};
  kernels.nero({.weight = weight.mutable_data_ptr<float>(),
                .gradient = problem.gradient.const_data_ptr<float>(),
                .mean_square = mean_square.mutable_data_ptr<float>(),
                .scale = 1,
                .rows = rows,
                .has_rows = true,
                .bias_correction = 1 - std::pow(step.beta, problem.steps)},
               step, {0, 0, kNeurons});
  return weight;
}

at::Tensor tensor_step(const Problem& problem, const NeroStep& step) {
  const auto weight = problem.weight.clone().requires_grad_();
  Nero nero({{"weight", weight}}, {kBeta, step.constrain_mean, step.constrain_norm});
  nero.use(Implementation::kTensorOperations);
  const auto state = nero.state();
  const at::NoGradGuard no_grad;
  weight.copy_(problem.weight);
  state.tensors[0].tensor.copy_(problem.mean_square);
  state.tensors[1].tensor.fill_(1);
  *state.scalars[0].value = problem.steps - 1;
  weight.mutable_grad() = problem.gradient.clone();
  nero.set_learning_rate(step.learning_rate);
  nero.step();
  return weight.detach();
}

// The largest distance of a row from the exact one, relative to its norm.
double error_of(const at::Tensor& weight, const at::Tensor& exact) {
  const auto distance = neuron_norm(weight.to(at::kDouble) - exact);
  return (distance / neuron_norm(exact).clamp_min(1e-300)).max().item<double>();
}

void expect_accuracy(const Case& the_case, std::int64_t length, const NeroStep& step) {
  const auto problem = the_case.make(length, step.learning_rate);
  const auto exact = exact_step(problem, step);
  // The tensor operations may fail altogether, when a float cannot hold the average: fmax then takes the number.
  const double allowed = std::fmax(2 * error_of(tensor_step(problem, step), exact), 4e-7);
  for (const auto* kernels : available_step_kernels()) {
    SCOPED_TRACE(std::string(kernels->name) + ", " + the_case.name + ", rows of " + std::to_string(length) + ", rate " +
                 std::to_string(step.learning_rate));
    const auto weight = fused_step(problem, step, *kernels);
    EXPECT_LE(error_of(weight, exact), allowed);
    if (!step.constrain_mean || !step.constrain_norm) continue;
    EXPECT_THAT(row_norms(weight), testing::Each(testing::DoubleNear(1, 5e-7)));
    std::vector<double> sums = row_means(weight);
    for (double& sum : sums) sum *= std::sqrt(static_cast<double>(length));  // Σw / √n
    EXPECT_THAT(sums, testing::Each(testing::DoubleNear(0, 1e-6)));
  }
}

class FusedNero : public testing::TestWithParam<Case> {};

TEST_P(FusedNero, IsAsAccurateAsTensorOperations) {
  for (const std::int64_t length : {2, 3, 5, 8, 17, 27, 64, 147, 576, 784, 1152, 4608}) {
    for (const double rate : {1e-4, 1e-3, 1e-2, 1e-1, 1.0})
      expect_accuracy(GetParam(), length, {rate, kBeta, true, true});
  }
}

TEST_P(FusedNero, IsAsAccurateOnRowsLongerThanTheCache) {
  for (const std::int64_t length : {25'088, 100'000}) expect_accuracy(GetParam(), length, {0.1, kBeta, true, true});
}

TEST_P(FusedNero, IsAsAccurateWithoutTheConstraints) {
  for (const std::int64_t length : {2, 27, 784}) {
    for (const double rate : {1e-3, 1.0}) {
      expect_accuracy(GetParam(), length, {rate, kBeta, false, true});
      if (GetParam().name !=
          "weight_almost_parallel_to_the_step") {  // what is left of a row without a norm is all error
        expect_accuracy(GetParam(), length, {rate, kBeta, true, false});
        expect_accuracy(GetParam(), length, {rate, kBeta, false, false});
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(, FusedNero, testing::ValuesIn(cases()),
                         [](const auto& parameter) { return parameter.param.name; });

}  // namespace
}  // namespace nero_bench
