#include "learning/kernels/step_kernels.h"

namespace nero_bench {

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
