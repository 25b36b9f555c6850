// The kernels of every instruction set that this processor has, against the plain reference in double. No LibTorch.
#include "learning/kernels/step_kernels.h"

#include <gtest/gtest.h>

#include "learning/kernels/every_instruction_set.h"

namespace nero_bench {
namespace {

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

TEST_P(EveryInstructionSet, Sgd) { expect_sgd_steps(OneItem{kernels()}, kRows); }
TEST_P(EveryInstructionSet, Adam) { expect_adam_steps(OneItem{kernels()}, kRows); }
TEST_P(EveryInstructionSet, Lamb) { expect_lamb_steps(OneItem{kernels()}, kRows); }
TEST_P(EveryInstructionSet, Madam) { expect_madam_steps(OneItem{kernels()}, kRows); }
TEST_P(EveryInstructionSet, NeroOnElementsWithoutRows) { expect_nero_steps_of_elements(OneItem{kernels()}, kRows); }
TEST_P(EveryInstructionSet, NeroRowsWithoutAUsableGradientAreOnlyBalanced) {
  expect_nero_only_balances(OneItem{kernels()}, kRows);
}

TEST_P(EveryInstructionSet, NeroRowsOfEqualEntriesAreNotDivided) {
  expect_equal_entries_not_divided(OneItem{kernels()});
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(, EveryInstructionSet, testing::ValuesIn(available_step_kernels()),
                         [](const auto& parameter) { return std::string(parameter.param->name); });

}  // namespace nero_bench
