#pragma once
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "learning/kernels/step_kernels.h"

namespace nero_bench {

using Floats = std::vector<float>;
using Doubles = std::vector<double>;

inline constexpr Rows kRows{7, 83};  // 83: whole registers of every width, and a rest
inline constexpr std::size_t kElements = 7 * 83;
inline constexpr WorkItem kAll{0, 0, 7};

Floats random_floats(std::size_t size, std::uint64_t seed, float spread = 1);
Floats squares(Floats values);
Doubles doubles(const Floats& values);

// Within 1e-6 of the largest finite value; what is not finite must be the same: NaN, or the infinity of that sign.
void expect_close(const Floats& actual, const Doubles& expected, const std::string& what);

// Tests of the kernels of every instruction set that this processor has.
class EveryInstructionSet : public testing::TestWithParam<const StepKernels*> {
 protected:
  const StepKernels& kernels() const { return *GetParam(); }

  Floats weight_ = random_floats(kElements, 1, 0.1F);
  Floats gradient_ = random_floats(kElements, 2);
  Floats mean_ = random_floats(kElements, 3, 0.1F);
  Floats mean_square_ = squares(random_floats(kElements, 4));
};

}  // namespace nero_bench
