#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace nero_bench {

// A tensor as the kernels see it: contiguous, one row a neuron. Where every element counts as a neuron of its own, rows
// have one element.
struct Rows {
  std::int64_t count = 0;
  std::int64_t length = 1;

  bool operator==(const Rows&) const = default;
};

// A run of whole rows of one tensor, the unit of parallel work: about 32 Ki elements, so that weights and gradients of
// an item fit into a core's cache and the last items to finish are short.
struct WorkItem {
  std::int32_t tensor = 0;
  std::int64_t first_row = 0;
  std::int64_t rows = 0;
};

// The items of all tensors, in order. They depend on the shapes alone, never on the number of threads: whatever is
// summed by item has the same bits for any number of threads.
std::vector<WorkItem> work_items(std::span<const Rows> tensors);

}  // namespace nero_bench
