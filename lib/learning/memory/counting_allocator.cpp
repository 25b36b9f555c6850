#include "learning/memory/counting_allocator.h"

#include <c10/core/CPUAllocator.h>

#include <memory>

namespace nero_bench {
namespace {

struct Allocation {
  c10::DataPtr storage;
  std::atomic<std::int64_t>* allocated;
  std::int64_t bytes;
};

void raise_to(std::atomic<std::int64_t>& peak, std::int64_t value) {
  std::int64_t seen = peak.load();
  while (seen < value && !peak.compare_exchange_weak(seen, value)) {}
}

}  // namespace

CountingAllocator& CountingAllocator::install() {
  static CountingAllocator* const installed = [] {
    auto* allocator = new CountingAllocator(c10::GetCPUAllocator());
    c10::SetCPUAllocator(allocator, /*priority=*/1);
    return allocator;
  }();
  return *installed;
}

c10::DataPtr CountingAllocator::allocate(std::size_t bytes) {
  auto storage = wrapped_->allocate(bytes);
  void* data = storage.get();
  const auto device = storage.device();
  const auto size = static_cast<std::int64_t>(bytes);
  auto* context = new Allocation{std::move(storage), &allocated_, size};
  const std::int64_t now = allocated_.fetch_add(size) + size;
  raise_to(peak_, now);
  raise_to(lasting_peak_, now);
  return {data, context, &CountingAllocator::release, device};
}

void CountingAllocator::release(void* context) {
  const std::unique_ptr<Allocation> allocation(static_cast<Allocation*>(context));
  allocation->allocated->fetch_sub(allocation->bytes);
}

void CountingAllocator::copy_data(void* to, const void* from, std::size_t bytes) const {
  default_copy_data(to, from, bytes);
}

AllocatorStatistics CountingAllocator::statistics() const { return {allocated_, peak_, lasting_peak_, lasting_peak_}; }

void CountingAllocator::reset_peak() { peak_ = allocated_.load(); }

void CountingAllocator::forget_peaks() { peak_ = lasting_peak_ = allocated_.load(); }

}  // namespace nero_bench
