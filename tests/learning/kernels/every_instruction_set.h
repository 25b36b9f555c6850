#pragma once
#include <gtest/gtest.h>

#include "learning/kernels/step_problems.h"

namespace nero_bench {

inline constexpr Rows kRows{7, 83};  // 83: whole registers of every width, and a rest
inline constexpr std::size_t kElements = 7 * 83;

// Tests of the kernels of every instruction set that this processor has.
class EveryInstructionSet : public testing::TestWithParam<const StepKernels*> {
 protected:
  const StepKernels& kernels() const { return *GetParam(); }

  StepProblem problem_{kRows};
  Floats& weight_ = problem_.weight;
  Floats& mean_ = problem_.mean;
  Floats& mean_square_ = problem_.mean_square;
};

}  // namespace nero_bench
