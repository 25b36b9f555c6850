#include "learning/kernels/step_kernels.h"

#include <cmath>

namespace nero_bench {

double bias_correction(double decay, double steps) { return 1 - std::pow(decay, steps); }

void set_trust_ratio(const LambTensor<float>& tensor, const LambStep& step, const LambSums& sums) {
  double weight_norm = std::sqrt(sums.weight_square);
  if (step.weight_norm_clamp > 0 && weight_norm > step.weight_norm_clamp) weight_norm = step.weight_norm_clamp;
  const double direction_norm = std::sqrt(sums.direction_square);
  const double ratio = weight_norm == 0 || direction_norm == 0 ? 1 : weight_norm / direction_norm;
  tensor.diagnostics[0] = static_cast<float>(weight_norm);
  tensor.diagnostics[1] = static_cast<float>(direction_norm);
  tensor.diagnostics[2] = static_cast<float>(ratio);
}

// Compiled from cpu/step_kernels.cpp, once for each.
#define NERO_BENCH_DECLARE(instruction_set) \
  namespace instruction_set {               \
  extern const StepKernels kStepKernels;    \
  }
NERO_BENCH_DECLARE(portable)
#ifdef __x86_64__
NERO_BENCH_DECLARE(avx2)
NERO_BENCH_DECLARE(avx512)
#endif

std::vector<const StepKernels*> available_step_kernels() {
  std::vector<const StepKernels*> available{&portable::kStepKernels};
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) available.push_back(&avx2::kStepKernels);
  if (__builtin_cpu_supports("avx512f")) available.push_back(&avx512::kStepKernels);
#endif
  return available;
}

}  // namespace nero_bench
