#include "learning/memory/counting_allocator.h"

#include <c10/core/CPUAllocator.h>
#include <malloc.h>

#include <utility>

namespace nero_bench {
namespace {

void raise_to(std::atomic<std::int64_t>& peak, std::int64_t value) {
  std::int64_t seen = peak.load();
  while (seen < value && !peak.compare_exchange_weak(seen, value)) {}
}

// glibc gives large blocks back to the kernel as soon as they are free. A training step asks for the same sizes again
// and again, and would spend a quarter of its time on page faults (results/README.md).
void keep_freed_memory() {
#ifdef __GLIBC__
  ::mallopt(M_MMAP_MAX, 0);
  ::mallopt(M_TRIM_THRESHOLD, -1);
#endif
}

}  // namespace

CountingAllocator& CountingAllocator::install() {
  static CountingAllocator* const installed = [] {
    keep_freed_memory();
    auto* allocator = new CountingAllocator(c10::GetCPUAllocator());
    c10::SetCPUAllocator(allocator, /*priority=*/1);
    return allocator;
  }();
  return *installed;
}

c10::DataPtr CountingAllocator::allocate(std::size_t bytes) {
  auto storage = wrapped_->allocate(bytes);
  void* data = storage.get();
  if (data == nullptr) return storage;  // of an empty tensor
  const auto device = storage.device();
  const auto size = static_cast<std::int64_t>(bytes);
  {
    const std::lock_guard lock(mutex_);
    allocations_.emplace(data, Allocation{std::move(storage), size});
  }
  const std::int64_t now = allocated_.fetch_add(size) + size;
  raise_to(peak_, now);
  raise_to(lasting_peak_, now);
  return {data, data, &CountingAllocator::release, device};
}

c10::DeleterFnPtr CountingAllocator::raw_deleter() const { return &CountingAllocator::release; }

void CountingAllocator::release(void* data) {
  if (data == nullptr) return;  // a raw request of no bytes
  auto& self = install();
  std::unique_lock lock(self.mutex_);
  // Forgotten before it is given back: another thread may get the same address at once.
  const auto allocation = self.allocations_.extract(data);
  lock.unlock();
  self.allocated_.fetch_sub(allocation.mapped().bytes);
}

void CountingAllocator::copy_data(void* to, const void* from, std::size_t bytes) const {
  default_copy_data(to, from, bytes);
}

AllocatorStatistics CountingAllocator::statistics() const { return {allocated_, peak_, lasting_peak_, lasting_peak_}; }

void CountingAllocator::reset_peak() { peak_ = allocated_.load(); }

void CountingAllocator::forget_peaks() { peak_ = lasting_peak_ = allocated_.load(); }

}  // namespace nero_bench
