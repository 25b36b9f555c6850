#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "learning/kernels/work_items.h"

namespace nero_bench {

// What one block of threads does of a step: some whole rows of one tensor, smaller than the processor's items.
struct DeviceItem {
  std::int32_t tensor = 0;
  std::int32_t first_item = 0;  // of the tensor: its items lie side by side
  std::int32_t items = 0;       // of the tensor
  std::int64_t first_row = 0;
  std::int64_t rows = 0;
  double steps = 0;  // that the item's tensor has made; only the item's own block reads and writes it
};

// Rows of up to this length are handled by one warp each, longer ones by the whole block.
constexpr std::int64_t kLongestWarpRow = 896;
constexpr int kWarpSize = 32;
constexpr int kBlockSize = 256;

// About 8 Ki elements each; short rows in multiples of the number of warps.
std::vector<DeviceItem> device_items(std::span<const Rows> tensors);

}  // namespace nero_bench
