#include "learning/kernels/cuda/device_items.h"

#include <algorithm>

namespace nero_bench {
namespace {

constexpr std::int64_t kElements = 8 * 1024;

std::int64_t rows_of_an_item(std::int64_t length) {
  if (length > kLongestWarpRow) return 1;
  constexpr std::int64_t kWarps = kBlockSize / kWarpSize;
  return kWarps * std::max<std::int64_t>(1, kElements / (kWarps * std::max<std::int64_t>(1, length)));
}

}  // namespace

std::vector<DeviceItem> device_items(std::span<const Rows> tensors) {
  std::vector<DeviceItem> items;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const auto [count, length] = tensors[i];
    const auto rows = rows_of_an_item(length);
    const auto first_item = static_cast<std::int32_t>(items.size());
    const auto items_of_tensor = static_cast<std::int32_t>((count + rows - 1) / rows);
    for (std::int64_t row = 0; row < count; row += rows) {
      items.push_back({static_cast<std::int32_t>(i), first_item, items_of_tensor, row, std::min(rows, count - row)});
    }
  }
  return items;
}

}  // namespace nero_bench
