#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "learning/optimisers/optimiser.h"

namespace nero_bench {

// The numbers of `flat`, as a leaf of `shape` that can have a gradient.
at::Tensor parameter_of(const std::vector<double>& flat, at::IntArrayRef shape, at::ScalarType type = at::kDouble);

// Normally distributed numbers, the same for the same seed.
at::Tensor random_tensor(at::IntArrayRef shape, std::uint64_t seed, at::ScalarType type = at::kDouble);
at::Tensor random_parameter(at::IntArrayRef shape, std::uint64_t seed, at::ScalarType type = at::kDouble);

at::Tensor tensor_like(const at::Tensor& parameter, const std::vector<double>& flat);

std::vector<double> numbers(const at::Tensor& tensor);

// Norms and means of the rows, computed in double.
std::vector<double> row_norms(const at::Tensor& tensor);
std::vector<double> row_means(const at::Tensor& tensor);

// One step at `rate` with the given gradient of the only parameter.
void step_with(Optimiser& optimiser, double rate, const at::Tensor& gradient);

// Builds what a config would build.
std::unique_ptr<Optimiser> optimiser_of(const std::string& json, NamedTensors parameters);

}  // namespace nero_bench
