#include "learning/optimisers/fused_step.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <string>

#include "base/errors.h"
#include "learning/optimisers/balance.h"

#ifndef _OPENMP
#error "without OpenMP at::parallel_for runs serially (cmake/libtorch.cmake)"
#endif

namespace nero_bench {

bool suits_kernels(const at::Tensor& parameter, const at::Tensor& gradient) {
  const auto fits = [](const at::Tensor& tensor) {
    return tensor.is_cpu() && tensor.layout() == at::kStrided && tensor.scalar_type() == at::kFloat;
  };
  if (!fits(parameter) || !fits(gradient) || parameter.sizes() != gradient.sizes()) return false;
  if (parameter.numel() == 0 || !parameter.is_non_overlapping_and_dense()) return false;
  const bool row_after_row =
      !has_rows(parameter) || parameter.size(0) == 1 || parameter.stride(0) == parameter.numel() / parameter.size(0);
  return row_after_row && parameter.strides() == gradient.strides();
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

void for_each_item(std::size_t items, const std::function<void(std::size_t)>& body) {
  // A thread that another program slows down takes fewer of them.
  std::atomic<std::size_t> next = 0;
  const auto threads = std::min<std::size_t>(items, static_cast<std::size_t>(at::get_num_threads()));
  at::parallel_for(0, static_cast<std::int64_t>(threads), 1, [&](std::int64_t /*first*/, std::int64_t /*last*/) {
    for (auto i = next++; i < items; i = next++) body(i);
  });
}

}  // namespace nero_bench
