// The kernels of every instruction set that this processor has, against the plain reference in double. No LibTorch.
#include "learning/kernels/step_kernels.h"

#include <gtest/gtest.h>

#include "learning/kernels/step_problems.h"

namespace nero_bench {
namespace {

constexpr Rows kRows{7, 83};  // 83: whole registers of every width, and a rest
constexpr std::size_t kElements = 7 * 83;

// All rows as one item.
struct OneItem {
  const StepKernels& kernels;

  static WorkItem all(const Rows& rows) { return {0, 0, rows.count}; }

  void operator()(const NeroTensor<float>& t, const NeroStep& step) const { kernels.nero(t, step, all(t.rows)); }
  void operator()(const SgdTensor<float>& t, const SgdStep& step) const { kernels.sgd(t, step, all(t.rows)); }
  void operator()(const AdamTensor<float>& t, const AdamStep& step) const { kernels.adam(t, step, all(t.rows)); }
  void operator()(const LambTensor<float>& t, const LambStep& step) const {
    set_trust_ratio(t, step, kernels.lamb_moments(t, step, all(t.rows)));
    kernels.lamb_update(t, step, all(t.rows));
  }
  void operator()(const MadamTensor<float>& t, const MadamStep& step) const { kernels.madam(t, step, all(t.rows)); }
};

class EveryInstructionSet : public testing::TestWithParam<const StepKernels*> {
 protected:
  const StepKernels& kernels() const { return *GetParam(); }
  OneItem run() const { return {kernels()}; }
};

TEST_P(EveryInstructionSet, Sgd) { expect_sgd_steps(run(), kRows); }
TEST_P(EveryInstructionSet, Adam) { expect_adam_steps(run(), kRows); }
TEST_P(EveryInstructionSet, Lamb) { expect_lamb_steps(run(), kRows); }
TEST_P(EveryInstructionSet, Madam) { expect_madam_steps(run(), kRows); }
TEST_P(EveryInstructionSet, NeroOnElementsWithoutRows) { expect_nero_steps_of_elements(run(), kRows); }
TEST_P(EveryInstructionSet, NeroRowsWithoutAUsableGradientAreOnlyBalanced) { expect_nero_only_balances(run(), kRows); }

TEST_P(EveryInstructionSet, NeroRowsOfEqualEntriesAreNotDivided) {
  const Floats equal(kElements, 0.3F);
  const auto rows = nero(run(), equal, Floats(kElements, 0.F), kRows);
  for (const float value : rows.weight) EXPECT_NEAR(value, 0, 1e-7);
  const auto single = nero(run(), {0.5F, -2.F}, {1.F, 1.F}, {2, 1});
  EXPECT_EQ(single.weight, (Floats{0, 0}));
}

TEST_P(EveryInstructionSet, TouchesNothingBeyondItsRows) {
  auto [weight, gradient, unused, unused_square] = StepProblem(kRows);
  const auto untouched = weight;
  Floats mean_square(7, 0);
  const float scale = 1;
  kernels().nero({weight.data(), gradient.data(), mean_square.data(), &scale, kRows, true, 1}, kNeroStep, {0, 2, 3});
  for (std::size_t i = 0; i < kElements; ++i) EXPECT_EQ(weight[i] == untouched[i], i < 2 * 83 || i >= 5 * 83);
  for (std::size_t row = 0; row < 7; ++row) EXPECT_EQ(mean_square[row] > 0, row >= 2 && row < 5);
}

INSTANTIATE_TEST_SUITE_P(, EveryInstructionSet, testing::ValuesIn(available_step_kernels()),
                         [](const auto& parameter) { return std::string(parameter.param->name); });

}  // namespace
}  // namespace nero_bench
