#pragma once
#include <ATen/ops/empty.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace nero_bench {

// The numbers as a tensor on the device, int64 [numbers]. The host does not wait for the copy, as it would for one from
// memory that is not pinned.
inline at::Tensor numbers_on(at::Device device, const std::vector<std::int64_t>& numbers) {
  const auto options = at::TensorOptions().dtype(at::kLong).pinned_memory(!device.is_cpu());
  const auto here = at::empty({static_cast<std::int64_t>(numbers.size())}, options);
  std::copy(numbers.begin(), numbers.end(), here.mutable_data_ptr<std::int64_t>());
  return here.to(device, /*non_blocking=*/true);
}

}  // namespace nero_bench
