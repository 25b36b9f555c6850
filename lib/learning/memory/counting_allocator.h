#pragma once
#include <c10/core/Allocator.h>

#include <atomic>
#include <mutex>
#include <unordered_map>

#include "learning/memory/device.h"

namespace nero_bench {

// Passes every request for CPU tensor storage on to LibTorch's allocator and counts its bytes, exactly as requested.
// oneDNN's scratch memory comes this way, too, by raw_allocate(); MKL's does not.
class CountingAllocator final : public c10::Allocator {
 public:
  // Puts the one counting allocator in place of the CPU allocator, once; it lives as long as the process, since tensors
  // may. From then on malloc keeps for this process what is freed, and gives nothing back to the kernel.
  static CountingAllocator& install();

  c10::DataPtr allocate(std::size_t bytes) override;
  c10::DeleterFnPtr raw_deleter() const override;
  void copy_data(void* to, const void* from, std::size_t bytes) const override;

  AllocatorStatistics statistics() const;
  void reset_peak();
  void forget_peaks();

 private:
  struct Allocation {
    c10::DataPtr storage;
    std::int64_t bytes;
  };

  explicit CountingAllocator(c10::Allocator* wrapped) : wrapped_(wrapped) {}
  static void release(void* data);

  c10::Allocator* wrapped_;
  std::mutex mutex_;
  // By address: raw requests are given back by nothing else.
  std::unordered_map<void*, Allocation> allocations_;
  std::atomic<std::int64_t> allocated_{0};
  std::atomic<std::int64_t> peak_{0};
  std::atomic<std::int64_t> lasting_peak_{0};
};

}  // namespace nero_bench
