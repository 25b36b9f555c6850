#include "learning/optimisers/nero.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "learning/optimisers/tensors.h"

namespace nero_bench {
namespace {

using testing::DoubleNear;
using testing::Each;
using testing::ElementsAre;
using testing::Pointwise;

constexpr NeroOptions kUnconstrained{.constrain_mean = false, .constrain_norm = false};
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Rows of unit norm, so that the scale is 1.
at::Tensor balanced_parameter(at::IntArrayRef shape, std::uint64_t seed) {
  const auto weight = random_parameter(shape, seed);
  const Nero projects({{"weight", weight}});
  return weight;
}

void expect_balanced(const at::Tensor& weight, const std::string& when) {
  EXPECT_THAT(row_means(weight), Each(DoubleNear(0, 3e-7))) << when;
  EXPECT_THAT(row_norms(weight), Each(DoubleNear(1, 3e-7))) << when;
}

TEST(Nero, LeavesEveryRowWithUnitNormAndZeroMeanInFloat32) {
  const std::vector<std::vector<std::int64_t>> shapes{{50, 784}, {16, 8, 3, 3}, {1, 9}, {30, 2}, {10, 4608}};
  NamedTensors parameters;
  for (const auto& shape : shapes) {
    parameters.push_back({"weight " + std::to_string(parameters.size()), random_parameter(shape, 1, at::kFloat)});
  }
  Nero nero(parameters);
  for (const auto& [name, weight] : parameters) expect_balanced(weight, "construction");
  nero.set_learning_rate(0.1);
  for (std::uint64_t step = 0; step < 30; ++step) {
    for (const auto& [name, weight] : parameters) {
      weight.mutable_grad() = random_tensor(weight.sizes(), 100 + step, at::kFloat);
    }
    nero.step();
    for (const auto& [name, weight] : parameters) expect_balanced(weight, "step " + std::to_string(step));
  }
}

TEST(Nero, FirstStepMovesEveryRowByTheLearningRateBeforeProjection) {
  const auto weight = balanced_parameter({5, 7}, 2);
  const auto before = weight.detach().clone();
  Nero nero({{"weight", weight}}, kUnconstrained);
  step_with(nero, 0.01, random_tensor({5, 7}, 3) * 1e4);
  EXPECT_THAT(row_norms(weight - before), Each(DoubleNear(0.01, 1e-14)));
}

TEST(Nero, MovesInProportionToTheMeanNormOfUnconstrainedRows) {
  const auto weight = parameter_of({3, 4, 0, 1}, {2, 2});  // norms 5 and 1
  const auto before = weight.detach().clone();
  Nero nero({{"weight", weight}}, kUnconstrained);
  step_with(nero, 0.01, random_tensor({2, 2}, 4));
  EXPECT_THAT(row_norms(weight - before), Each(DoubleNear(0.03, 1e-15)));
}

TEST(Nero, DoesNotMoveARowWithoutGradient) {
  const auto weight = balanced_parameter({3, 4}, 5);
  const auto before = weight.detach().clone();
  const auto gradient = random_tensor({3, 4}, 6);
  gradient.select(0, 1).zero_();
  Nero nero({{"weight", weight}});
  for (int step = 0; step < 3; ++step) step_with(nero, 0.1, gradient);
  const auto moved = row_norms(weight - before);
  EXPECT_GT(moved[0], 0.1);
  EXPECT_LT(moved[1], 1e-15);
  EXPECT_GT(moved[2], 0.1);
}

TEST(Nero, MovesAZeroVectorByAHundredthOfTheLearningRate) {
  const auto bias = parameter_of({0, 0, 0}, {3});
  Nero nero({{"bias", bias}});
  step_with(nero, 0.1, tensor_like(bias, {5e-3, -7e4, 0}));
  EXPECT_THAT(numbers(bias), Pointwise(DoubleNear(1e-17), {-0.001, 0.001, 0.0}));
}

TEST(Nero, MovesAVectorByItsMeanSizeAndDoesNotConstrainIt) {
  const auto gain = parameter_of({1, 2, -3}, {3});
  Nero nero({{"gain", gain}});
  EXPECT_THAT(numbers(gain), ElementsAre(1, 2, -3));
  step_with(nero, 0.1, tensor_like(gain, {1, -1, 20}));
  EXPECT_THAT(numbers(gain), Pointwise(DoubleNear(1e-15), {0.8, 2.2, -3.2}));
}

// After 1000 steps without a gradient, v is (1 − β) g² and the bias correction nearly 1: the step is 1/√(1 −
// β^1001)^-1.
TEST(Nero, TurnsARareRowFurtherThanTheLearningRate) {
  const auto weight = balanced_parameter({1, 6}, 7);
  const auto before = weight.detach().clone();
  Nero nero({{"weight", weight}}, kUnconstrained);
  for (int step = 0; step < 1000; ++step) step_with(nero, 0.01, at::zeros({1, 6}, at::kDouble));
  step_with(nero, 0.01, random_tensor({1, 6}, 8));
  EXPECT_NEAR(row_norms(weight - before)[0], 0.01 * std::sqrt((1 - std::pow(0.999, 1001)) / 0.001), 1e-12);
}

TEST(Nero, CountsTheNeuronsThatANonFiniteGradientFroze) {
  const auto weight = balanced_parameter({3, 2}, 9);
  const auto bias = parameter_of({1, 1}, {2});
  Nero nero({{"weight", weight}, {"bias", bias}});
  EXPECT_EQ(nero.notes().at("frozen_neurons"), 0);
  bias.mutable_grad() = tensor_like(bias, {kInfinity, 1});
  step_with(nero, 0.1, tensor_like(weight, {1, kNan, 1, 2, 2, 1}));
  EXPECT_EQ(nero.notes().at("frozen_neurons"), 2);

  const auto frozen = numbers(weight.detach()[0]);
  bias.mutable_grad() = tensor_like(bias, {1, 1});
  for (int step = 0; step < 3; ++step) step_with(nero, 0.1, random_tensor({3, 2}, 10));
  EXPECT_THAT(numbers(weight.detach()[0]), Pointwise(DoubleNear(1e-15), frozen));
  EXPECT_EQ(numbers(bias)[0], 1);
  EXPECT_NE(numbers(bias)[1], 1);
}

TEST(Nero, LeavesRowsWithASingleInputAtZeroAndCountsThem) {
  const auto weight = parameter_of({1, -2, 3, 0}, {4, 1});
  Nero nero({{"weight", weight}});
  EXPECT_EQ(nero.notes().at("degenerate_rows"), 4);
  for (int step = 0; step < 3; ++step) step_with(nero, 0.1, random_tensor({4, 1}, 11));
  EXPECT_THAT(numbers(weight), Each(0));
}

TEST(Nero, UpdatesTheOtherRowsAsIfADegenerateRowWereNotThere) {
  for (const auto& options : {NeroOptions{}, NeroOptions{.constrain_mean = false}}) {
    const auto with_zero_row = random_parameter({4, 5}, 12);
    with_zero_row.detach()[0].zero_();
    const auto without = with_zero_row.detach().narrow(0, 1, 3).clone().requires_grad_();
    const auto gradient = random_tensor({4, 5}, 13);
    gradient[0].zero_();  // a padding row

    Nero with_nero({{"with", with_zero_row}}, options);
    Nero without_nero({{"without", without}}, options);
    EXPECT_EQ(with_nero.notes().at("degenerate_rows"), 1);
    EXPECT_EQ(without_nero.notes().at("degenerate_rows"), 0);
    for (int step = 0; step < 3; ++step) {
      step_with(with_nero, 0.1, gradient);
      step_with(without_nero, 0.1, gradient.narrow(0, 1, 3));
    }
    EXPECT_THAT(numbers(with_zero_row.detach()[0]), Each(0));
    EXPECT_THAT(numbers(with_zero_row.detach().narrow(0, 1, 3)), Pointwise(DoubleNear(1e-15), numbers(without)));
  }
}

TEST(Nero, KeepsWhatTheMemoryTableSaysForTheHundredLayerNetwork) {  // 784 times less than Adam's 487,491,280
  NamedTensors parameters;
  for (int layer = 0; layer < 99; ++layer) {
    const auto index = std::to_string(layer);
    parameters.push_back({index + ".weight", at::ones({784, 784}, at::kFloat)});
    parameters.push_back({index + ".bias", at::ones({784}, at::kFloat)});
  }
  parameters.push_back({"99.weight", at::ones({10, 784}, at::kFloat)});
  parameters.push_back({"99.bias", at::ones({10}, at::kFloat)});
  ASSERT_EQ(total_elements(parameters), 60'936'410);
  Nero nero(parameters);
  EXPECT_EQ(total_bytes(nero.state().tensors), 621'808);
  EXPECT_EQ(nero.expected_state_bytes(), 621'808);
}

}  // namespace
}  // namespace nero_bench
