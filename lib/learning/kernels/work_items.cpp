#include "learning/kernels/work_items.h"

#include <algorithm>

namespace nero_bench {
namespace {

constexpr std::int64_t kElements = 32 * 1024;

}  // namespace

std::vector<WorkItem> work_items(std::span<const Rows> tensors) {
  std::vector<WorkItem> items;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const std::int64_t rows_an_item =
        std::max<std::int64_t>(1, kElements / std::max<std::int64_t>(1, tensors[i].length));
    for (std::int64_t row = 0; row < tensors[i].count; row += rows_an_item) {
      items.push_back({static_cast<std::int32_t>(i), row, std::min(rows_an_item, tensors[i].count - row)});
    }
  }
  return items;
}

}  // namespace nero_bench
