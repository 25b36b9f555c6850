#pragma once
#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

namespace nero_bench {

// U(−1/√fan_in, +1/√fan_in): the default of Linear and Conv2d, for weights and biases.
at::Tensor default_uniform(at::IntArrayRef shape, std::int64_t fan_in, const at::Generator& generator);

// N(0, 2 / (out · height · width)) for convolutions [out, in, height, width]: Kaiming's normal, by fan-out, for ReLU.
at::Tensor kaiming_normal_fan_out(at::IntArrayRef shape, const at::Generator& generator);

// Every row [fan_in] of `weights` [neurons, fan_in] centred and divided by its 2-norm: what Nero does to its parameters
// at construction.
at::Tensor balanced_rows(const at::Tensor& weights);

}  // namespace nero_bench
