// The kernels of every instruction set that this processor has, against the plain reference in double. No LibTorch.
#include "learning/kernels/step_kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "learning/kernels/every_instruction_set.h"
#include "learning/kernels/reference.h"

namespace nero_bench {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

TEST_P(EveryInstructionSet, Sgd) {
  for (const bool nesterov : {false, true}) {
    for (const bool with_momentum : {false, true}) {
      const SgdStep step{0.1, 0.9, nesterov && with_momentum, 0.01};
      auto weight = weight_, momentum = mean_;
      auto expected = doubles(weight), expected_momentum = doubles(momentum);
      const auto gradient = doubles(gradient_);
      kernels().sgd({weight.data(), gradient_.data(), with_momentum ? momentum.data() : nullptr, kRows}, step, kAll);
      reference::sgd({expected.data(), gradient.data(), with_momentum ? expected_momentum.data() : nullptr, kRows},
                     step);
      expect_close(weight, expected, "weight");
      expect_close(momentum, expected_momentum, "momentum");
    }
  }
}

TEST_P(EveryInstructionSet, Adam) {
  for (const bool decoupled : {false, true}) {
    const AdamStep step{0.01, 0.9, 0.999, 1e-8, 0.1, decoupled};
    auto weight = weight_, mean = mean_, mean_square = mean_square_;
    auto expected = doubles(weight), expected_mean = doubles(mean), expected_square = doubles(mean_square);
    const auto gradient = doubles(gradient_);
    kernels().adam({weight.data(), gradient_.data(), mean.data(), mean_square.data(), kRows, 0.5, 0.2}, step, kAll);
    reference::adam({expected.data(), gradient.data(), expected_mean.data(), expected_square.data(), kRows, 0.5, 0.2},
                    step);
    expect_close(weight, expected, "weight");
    expect_close(mean, expected_mean, "mean");
    expect_close(mean_square, expected_square, "mean square");
  }
}

TEST_P(EveryInstructionSet, Lamb) {
  for (const bool balance : {false, true}) {
    const LambStep step{0.01, 0.9, 0.999, 1e-6, 0.1};
    auto weight = weight_, mean = mean_, mean_square = mean_square_;
    auto expected = doubles(weight), expected_mean = doubles(mean), expected_square = doubles(mean_square);
    const auto gradient = doubles(gradient_);
    LambTensor<float> tensor{weight.data(), gradient_.data(), mean.data(), mean_square.data(), kRows, 0.5, 0.2, 1,
                             balance};
    const auto sums = kernels().lamb_moments(tensor, step, kAll);
    tensor.trust_ratio = std::sqrt(sums.weight_square / sums.direction_square);
    kernels().lamb_update(tensor, step, kAll);
    reference::lamb(
        {expected.data(), gradient.data(), expected_mean.data(), expected_square.data(), kRows, 0.5, 0.2, 1, balance},
        step, /*weight_norm_clamp=*/0);
    expect_close(weight, expected, "weight");
    expect_close(mean, expected_mean, "mean");
    expect_close(mean_square, expected_square, "mean square");
  }
}

TEST_P(EveryInstructionSet, Madam) {
  for (const double rate : {0.01, 1.0, 8.0}) {  // with the bound on the gradient exponents up to ± 80
    for (const bool balance : {false, true}) {
      const MadamStep step{rate, 0.999, 10};
      auto weight = weight_, mean_square = mean_square_;
      weight[5] = 0;
      mean_square[6] = 0, gradient_[6] = 0;  // 0/0
      auto expected = doubles(weight), expected_square = doubles(mean_square);
      const auto gradient = doubles(gradient_);
      kernels().madam({weight.data(), gradient_.data(), mean_square.data(), kRows, 1, 0.3, balance}, step, kAll);
      reference::madam({expected.data(), gradient.data(), expected_square.data(), kRows, 1, 0.3, balance}, step);
      // An exponent of 80 has lost 7 bits behind the point; what is tiny because of it is compared with the largest.
      expect_close(weight, expected, "weight at rate " + std::to_string(rate));
      expect_close(mean_square, expected_square, "mean square");
      if (!balance) {
        EXPECT_EQ(weight[5], 0);
      }
    }
  }
}

struct NeroRun {
  Floats weight;
  Floats mean_square;
};

NeroRun nero(const StepKernels& kernels, Floats weight, const Floats& gradient, Rows rows, bool has_rows = true) {
  NeroRun run{std::move(weight), Floats(static_cast<std::size_t>(rows.count), 0)};
  kernels.nero({run.weight.data(), gradient.data(), run.mean_square.data(), 1, rows, has_rows, 1 - 0.999},
               {0.1, 0.999, true, true}, {0, 0, rows.count});
  return run;
}

TEST_P(EveryInstructionSet, NeroOnElementsWithoutRows) {
  const Rows rows{static_cast<std::int64_t>(kElements), 1};
  const auto run = nero(kernels(), weight_, gradient_, rows, /*has_rows=*/false);
  auto expected = doubles(weight_), mean_square = Doubles(kElements, 0);
  const auto gradient = doubles(gradient_);
  reference::nero({expected.data(), gradient.data(), mean_square.data(), 1, rows, false, 1 - 0.999},
                  {0.1, 0.999, true, true});
  expect_close(run.weight, expected, "weight");
}

double norm_of_row(const Floats& weight, std::size_t row) {
  double sum = 0;
  for (std::size_t i = 0; i < 83; ++i) sum += std::pow(static_cast<double>(weight[row * 83 + i]), 2);
  return std::sqrt(sum);
}

TEST_P(EveryInstructionSet, NeroRowsWithoutAUsableGradientAreOnlyBalanced) {
  std::fill_n(gradient_.begin(), 83, 0.F);             // row 0: never a gradient
  gradient_[83 + 4] = kNan;                            // row 1
  gradient_[2 * 83 + 4] = kInfinity;                   // row 2
  std::fill_n(gradient_.begin() + 3 * 83, 83, 1e25F);  // row 3: squares beyond a float
  const auto run = nero(kernels(), weight_, gradient_, kRows);
  const auto still = nero(kernels(), weight_, Floats(kElements, 0.F), kRows);
  for (std::size_t row = 0; row < 4; ++row) {
    EXPECT_NEAR(norm_of_row(run.weight, row), 1, 5e-7) << "row " << row;
    for (std::size_t i = row * 83; i < (row + 1) * 83; ++i) ASSERT_EQ(run.weight[i], still.weight[i]) << "row " << row;
  }
  EXPECT_EQ(run.mean_square[0], 0);
  EXPECT_TRUE(std::isnan(run.mean_square[1]));
  EXPECT_EQ(run.mean_square[2], kInfinity);
  EXPECT_EQ(run.mean_square[3], kInfinity);
  EXPECT_NE(run.weight[4 * 83], still.weight[4 * 83]);
}

TEST_P(EveryInstructionSet, NeroRowsOfEqualEntriesAreNotDivided) {
  const Floats equal(kElements, 0.3F);
  const auto run = nero(kernels(), equal, Floats(kElements, 0.F), kRows);
  for (const float value : run.weight) EXPECT_NEAR(value, 0, 1e-7);
  const auto single = nero(kernels(), {0.5F, -2.F}, {1.F, 1.F}, {2, 1});
  EXPECT_EQ(single.weight, (Floats{0, 0}));
}

}  // namespace
}  // namespace nero_bench
