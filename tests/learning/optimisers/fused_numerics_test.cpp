// One step of the kernels against double precision, beside the same step with tensor operations: the kernels may err
// twice as much, or 4e-7 of a row's norm, whichever is more; 4e-7 alone where tensor operations in float32 fail.

#include <ATen/core/grad_mode.h>
#include <ATen/ops/from_blob.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "learning/kernels/nero_cases.h"
#include "learning/kernels/step_kernels.h"
#include "learning/optimisers/nero.h"

namespace nero_bench {
namespace {

at::Tensor tensor_of(std::vector<float> values, std::int64_t rows) {
  return at::from_blob(values.data(), {rows, static_cast<std::int64_t>(values.size()) / rows}).clone();
}

std::vector<float> step_with_tensor_operations(const NeroProblem& problem, const NeroStep& step) {
  const auto neurons = problem.rows.count;
  const auto weight = tensor_of(problem.weight, neurons).requires_grad_();
  Nero nero({{"weight", weight}}, {kBeta, step.constrain_mean, step.constrain_norm});
  nero.use(Implementation::kTensorOperations);
  const auto state = nero.state();
  const at::NoGradGuard no_grad;
  weight.copy_(tensor_of(problem.weight, neurons));
  state.tensors[0].tensor.copy_(tensor_of(problem.mean_square, neurons));
  state.tensors[1].tensor.fill_(1);
  *state.scalars[0].value = problem.steps - 1;
  weight.mutable_grad() = tensor_of(problem.gradient, neurons);
  nero.set_learning_rate(step.learning_rate);
  nero.step();
  const auto* values = weight.const_data_ptr<float>();
  return {values, values + weight.numel()};
}

void expect_accuracy(const NeroCase& the_case, Rows rows, const NeroStep& step) {
  const auto problem = the_case.make(rows, step.learning_rate);
  const auto exact = exact_step(problem, step);
  double allowed = 4e-7;
  if (!the_case.plain_floats_fail) {
    const double plain = error_of(step_with_tensor_operations(problem, step), exact, rows);
    ASSERT_TRUE(std::isfinite(plain)) << the_case.name;
    allowed = std::max(2 * plain, allowed);
  }
  for (const auto* kernels : available_step_kernels()) {
    SCOPED_TRACE(std::string(kernels->name) + ", " + the_case.name + ", rows of " + std::to_string(rows.length) +
                 ", rate " + std::to_string(step.learning_rate));
    const auto weight = step_with(*kernels, problem, step);
    EXPECT_LE(error_of(weight, exact, rows), allowed);
    if (step.constrain_mean && step.constrain_norm) expect_balanced(weight, rows);
  }
}

constexpr double kRates[] = {1e-4, 1e-3, 1e-2, 1e-1, 1.0};

class FusedNero : public testing::TestWithParam<NeroCase> {};

TEST_P(FusedNero, IsAsAccurateAsTensorOperations) {
  for (const std::int64_t length : {2, 3, 5, 8, 17, 27, 64, 147, 576, 784, 1152, 4608}) {
    for (const double rate : kRates) expect_accuracy(GetParam(), {256, length}, {rate, kBeta, true, true});
  }
}

TEST_P(FusedNero, IsAsAccurateOnRowsLongerThanTheCache) {
  for (const std::int64_t length : {25'088, 100'000}) {
    for (const double rate : kRates)  // all 256 rows at one rate, for the sake of time
      expect_accuracy(GetParam(), {rate == 0.1 ? 256 : 16, length}, {rate, kBeta, true, true});
  }
}

TEST_P(FusedNero, IsAsAccurateOnRandomShapes) {
  std::mt19937_64 random(20);
  std::uniform_int_distribution<std::int64_t> count(1, 64);
  std::uniform_real_distribution<double> length_exponent(std::log(2.0), std::log(20'000.0)), rate_exponent(-4, 0);
  for (int shape = 0; shape < 20; ++shape) {
    const auto length = static_cast<std::int64_t>(std::exp(length_exponent(random)));
    const auto rows = count(random);
    expect_accuracy(GetParam(), {rows, length}, {std::pow(10, rate_exponent(random)), kBeta, true, true});
  }
}

TEST_P(FusedNero, IsAsAccurateWithoutTheConstraints) {
  for (const std::int64_t length : {2, 27, 784}) {
    for (const double rate : {1e-3, 1.0}) {
      expect_accuracy(GetParam(), {256, length}, {rate, kBeta, false, true});
      if (GetParam().name !=
          "weight_almost_parallel_to_the_step") {  // what is left of a row without a norm is all error
        expect_accuracy(GetParam(), {256, length}, {rate, kBeta, true, false});
        expect_accuracy(GetParam(), {256, length}, {rate, kBeta, false, false});
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(, FusedNero, testing::ValuesIn(nero_cases()),
                         [](const auto& parameter) { return parameter.param.name; });

}  // namespace
}  // namespace nero_bench
