#include "learning/optimisers/fused_step.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <span>
#include <string>

#include "base/errors.h"
#include "learning/optimisers/balance.h"

#ifndef _OPENMP
#error "without OpenMP at::parallel_for runs serially (cmake/libtorch.cmake)"
#endif

namespace nero_bench {
namespace {

template <class Tensor>
std::vector<WorkItem> work_items_of(const std::vector<Tensor>& tensors) {
  std::vector<Rows> rows;
  for (const auto& tensor : tensors) rows.push_back(tensor.rows);
  return work_items(rows);
}

struct Run {
  std::size_t first;
  std::size_t last;
};

// The next items that nobody has taken, none at the end. Neighbours, because what a kernel or the processor fetches
// ahead at the end of an item is the next one; and fewer the fewer are left, because a thread that another program
// slows down should not be the one that all wait for.
Run take_run(std::atomic<std::size_t>& next, std::size_t items, std::size_t threads) {
  constexpr std::size_t kLongest = 8;
  std::size_t first = next;
  std::size_t last = first;
  do {
    const auto length = std::clamp<std::size_t>((items - first) / (4 * threads), 1, kLongest);
    last = std::min(items, first + length);
  } while (!next.compare_exchange_weak(first, last));
  return {first, last};
}

// Several threads only where each has enough to do: one is as fast as two up to some 60,000 elements (step_bench), and
// where the machine is busy, waking another may take milliseconds.
void for_each_item(std::size_t items, std::int64_t elements, const std::function<void(std::size_t)>& body) {
  constexpr std::int64_t kElementsWorthAThread = 32 * 1024;
  std::atomic<std::size_t> next = 0;
  const auto worth =
      static_cast<std::size_t>(std::clamp<std::int64_t>(elements / kElementsWorthAThread, 1, at::get_num_threads()));
  const auto threads = std::min(items, worth);
  at::parallel_for(0, static_cast<std::int64_t>(threads), 1, [&](std::int64_t /*first*/, std::int64_t /*last*/) {
    for (auto taken = take_run(next, items, threads); taken.first < taken.last;
         taken = take_run(next, items, threads)) {
      for (auto i = taken.first; i < taken.last; ++i) body(i);
    }
  });
}

template <class Tensor>
std::int64_t elements_of(std::span<const Tensor> tensors) {
  std::int64_t elements = 0;
  for (const auto& tensor : tensors) elements += tensor.rows.count * tensor.rows.length;
  return elements;
}

// One kernel over all items of all tensors.
template <class Tensor, class Step>
void run(void (*kernel)(const Tensor&, const Step&, const WorkItem&), const std::vector<Tensor>& tensors,
         const Step& step) {
  const auto items = work_items_of(tensors);
  for_each_item(items.size(), elements_of(std::span(tensors)),
                [&](std::size_t i) { kernel(tensors[items[i].tensor], step, items[i]); });
}

// One after the last item of as many whole tensors, from that of item `first` on, as a shared cache is likely to hold
// with their gradients and both moments; one tensor at least.
std::size_t end_of_cached_group(const std::vector<LambTensor<float>>& tensors, const std::vector<WorkItem>& items,
                                std::size_t first) {
  constexpr std::int64_t kElements = 512 * 1024;  // 8 MiB
  std::int64_t elements = 0;
  std::size_t end = first;
  while (end < items.size()) {
    const auto tensor = items[end].tensor;
    elements += tensors[tensor].rows.count * tensors[tensor].rows.length;
    if (end > first && elements > kElements) break;
    while (end < items.size() && items[end].tensor == tensor) ++end;
  }
  return end;
}

// The stride of a dimension of size 1 says nothing: convolutions give gradients others than their weights.
bool same_strides(const at::Tensor& a, const at::Tensor& b) {
  for (std::int64_t i = 0; i < a.dim(); ++i) {
    if (a.size(i) > 1 && a.stride(i) != b.stride(i)) return false;
  }
  return true;
}

}  // namespace

bool suits_kernels(const at::Tensor& parameter, const at::Tensor& gradient) {
  const auto fits = [](const at::Tensor& tensor) {
    const bool reachable = tensor.is_cpu() || (tensor.is_cuda() && has_device_steps());
    return reachable && tensor.layout() == at::kStrided && tensor.scalar_type() == at::kFloat && !tensor.is_neg();
  };
  if (!fits(parameter) || !fits(gradient) || parameter.device() != gradient.device()) return false;
  if (parameter.sizes() != gradient.sizes()) return false;
  if (parameter.numel() == 0 || !parameter.is_non_overlapping_and_dense()) return false;
  const bool row_after_row =
      !has_rows(parameter) || parameter.size(0) == 1 || parameter.stride(0) == parameter.numel() / parameter.size(0);
  return row_after_row && same_strides(parameter, gradient);
}

const StepKernels& step_kernels() {
  static const auto available = available_step_kernels();
  const char* wanted = std::getenv("NERO_BENCH_KERNELS");
  if (wanted == nullptr || *wanted == '\0') return *available.back();
  std::string names;
  for (const auto* kernels : available) {
    if (kernels->name == wanted) return *kernels;
    names += (names.empty() ? "" : ", ") + std::string(kernels->name);
  }
  throw ConfigError(std::string("NERO_BENCH_KERNELS: expected one of ") + names + " on this processor, found '" +
                    wanted + "'; correct it or leave it out");
}

Rows rows_of(const at::Tensor& parameter) {
  const auto count = neuron_count(parameter);
  return {count, count == 0 ? 1 : parameter.numel() / count};
}

void step_on_cpu(const std::vector<NeroTensor<float>>& tensors, const NeroStep& step) {
  run(step_kernels().nero, tensors, step);
}

void step_on_cpu(const std::vector<SgdTensor<float>>& tensors, const SgdStep& step) {
  run(step_kernels().sgd, tensors, step);
}

void step_on_cpu(const std::vector<AdamTensor<float>>& tensors, const AdamStep& step) {
  run(step_kernels().adam, tensors, step);
}

void step_on_cpu(const std::vector<LambTensor<float>>& tensors, const LambStep& step) {
  const auto& kernels = step_kernels();
  const auto items = work_items_of(tensors);
  std::vector<LambSums> sums_of_items(items.size());
  std::vector<LambSums> sums(tensors.size());
  for (std::size_t first = 0; first < items.size();) {
    const std::size_t last = end_of_cached_group(tensors, items, first);
    const auto first_tensor = static_cast<std::size_t>(items[first].tensor);
    const auto last_tensor = static_cast<std::size_t>(items[last - 1].tensor);
    const auto elements = elements_of(std::span(tensors).subspan(first_tensor, last_tensor - first_tensor + 1));
    for_each_item(last - first, elements, [&](std::size_t i) {
      const auto& item = items[first + i];
      sums_of_items[first + i] = kernels.lamb_moments(tensors[item.tensor], step, item);
    });
    for (auto i = first; i < last; ++i) {  // in the order of the items, whichever thread had them
      sums[items[i].tensor].weight_square += sums_of_items[i].weight_square;
      sums[items[i].tensor].direction_square += sums_of_items[i].direction_square;
    }
    for (auto i = first_tensor; i <= last_tensor; ++i) set_trust_ratio(tensors[i], step, sums[i]);
    for_each_item(last - first, elements,
                  [&](std::size_t i) {  // backwards: what was touched last is the likeliest in cache
                    const auto& item = items[last - 1 - i];
                    kernels.lamb_update(tensors[item.tensor], step, item);
                  });
    first = last;
  }
}

void step_on_cpu(const std::vector<MadamTensor<float>>& tensors, const MadamStep& step) {
  run(step_kernels().madam, tensors, step);
}

}  // namespace nero_bench
