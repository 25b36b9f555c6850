#pragma once
#include <ATen/core/Tensor.h>

#include <cstddef>
#include <functional>
#include <vector>

#include "learning/kernels/step_kernels.h"

namespace nero_bench {

// Between tensors and kernels: which tensors these can take, what they look like to them, and all threads at work on
// one flat list of items.

// Dense float32 on the CPU, rows one after the other, and the gradient in the same layout.
bool suits_kernels(const at::Tensor& parameter, const at::Tensor& gradient);

// The widest that this processor can run, or those that NERO_BENCH_KERNELS names: "portable", "avx2", "avx512". Results
// differ in their last bits. Throws ConfigError if the processor cannot run them.
const StepKernels& step_kernels();

// One row a neuron.
Rows rows_of(const at::Tensor& parameter);

template <class Tensor>
std::vector<WorkItem> work_items_of(const std::vector<Tensor>& tensors) {
  std::vector<Rows> rows;
  for (const auto& tensor : tensors) rows.push_back(tensor.rows);
  return work_items(rows);
}

// Calls body(item number) for each of `items`, on all threads. Which thread gets which is open.
void for_each_item(std::size_t items, const std::function<void(std::size_t)>& body);

// One kernel over all items of all tensors.
template <class Tensor, class Step>
void run_fused(void (*kernel)(const Tensor&, const Step&, const WorkItem&), const std::vector<Tensor>& tensors,
               const Step& step) {
  const auto items = work_items_of(tensors);
  for_each_item(items.size(), [&](std::size_t i) { kernel(tensors[items[i].tensor], step, items[i]); });
}

}  // namespace nero_bench
