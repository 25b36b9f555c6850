#pragma once
#include <c10/core/Allocator.h>

#include <atomic>

#include "learning/memory/device.h"

namespace nero_bench {

// Passes every request for CPU tensor storage on to LibTorch's allocator and counts its bytes, exactly as requested.
// Scratch memory of MKL and oneDNN does not come this way.
class CountingAllocator final : public c10::Allocator {
 public:
  // Puts the one counting allocator in place of the CPU allocator, once; it lives as long as the process, since tensors
  // may.
  static CountingAllocator& install();

  c10::DataPtr allocate(std::size_t bytes) override;
  void copy_data(void* to, const void* from, std::size_t bytes) const override;

  AllocatorStatistics statistics() const;
  void reset_peak();
  void forget_peaks();

 private:
  explicit CountingAllocator(c10::Allocator* wrapped) : wrapped_(wrapped) {}
  static void release(void* context);

  c10::Allocator* wrapped_;
  std::atomic<std::int64_t> allocated_{0};
  std::atomic<std::int64_t> peak_{0};
  std::atomic<std::int64_t> lasting_peak_{0};
};

}  // namespace nero_bench
