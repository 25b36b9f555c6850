#pragma once
#include <map>
#include <string>

#include "learning/memory/device.h"
#include "trial/precision.h"

namespace nero_bench {

// Fixes what results may depend on: intra-op threads, deterministic kernels, matrix products and convolutions of full
// precision.
void fix_arithmetic(int threads);

// What float32 matrix products and convolutions on GPUs are computed in: TF32 for Precision::kTf32, float32 for others.
void set_float32_arithmetic(Precision precision);

// What results depend on, for the record: versions of this program and of LibTorch, BLAS, threads, CPU and GPU,
// deterministic flags, precision of float32 arithmetic.
std::map<std::string, std::string> describe_environment(const Device& device);

}  // namespace nero_bench
