#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace nero_bench {

struct NamedTensor {
  std::string name;
  at::Tensor tensor;
};
using NamedTensors = std::vector<NamedTensor>;

// Bytes of the elements, a tensor shared by two names counted twice.
inline std::int64_t total_bytes(const NamedTensors& tensors) {
  std::int64_t bytes = 0;
  for (const auto& named : tensors) bytes += static_cast<std::int64_t>(named.tensor.nbytes());
  return bytes;
}

inline std::int64_t total_elements(const NamedTensors& tensors) {
  std::int64_t elements = 0;
  for (const auto& named : tensors) elements += named.tensor.numel();
  return elements;
}

}  // namespace nero_bench
