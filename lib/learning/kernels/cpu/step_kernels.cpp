// Compiled once for each instruction set, with NERO_BENCH_INSTRUCTION_SET its name (lib/CMakeLists.txt). Only types of
// step_kernels.h are shared between the versions: an inline function of a header that more than one of them includes
// would be merged by the linker, and a processor might meet instructions that it lacks.
#include "learning/kernels/step_kernels.h"

#include "learning/kernels/float_range.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

#define NERO_BENCH_TEXT(name) #name
#define NERO_BENCH_NAME(name) NERO_BENCH_TEXT(name)

namespace nero_bench::NERO_BENCH_INSTRUCTION_SET {
namespace {

#include "learning/kernels/cpu/balance.h"
#include "learning/kernels/cpu/elementwise.h"
#include "learning/kernels/cpu/lanes.h"
#include "learning/kernels/cpu/nero.h"

}  // namespace

extern const StepKernels kStepKernels;
const StepKernels kStepKernels{
    NERO_BENCH_NAME(NERO_BENCH_INSTRUCTION_SET), nero, sgd, adam, lamb_moments, lamb_update, madam};

}  // namespace nero_bench::NERO_BENCH_INSTRUCTION_SET
