#include "learning/memory/device.h"

#include <sys/resource.h>

#include <charconv>

#include "base/errors.h"
#include "learning/memory/counting_allocator.h"

namespace nero_bench {
namespace {

class CpuDevice final : public Device {
 public:
  at::Device torch_device() const override { return at::kCPU; }
  bool works_ahead() const override { return false; }
  void synchronize() override {}
  AllocatorStatistics statistics() override { return allocator_.statistics(); }
  void reset_peak() override { allocator_.reset_peak(); }
  void forget_peaks() override { allocator_.forget_peaks(); }
  std::map<std::string, std::string> describe() const override { return {{"device", "cpu"}}; }

 private:
  CountingAllocator& allocator_ = CountingAllocator::install();
};

// The index in "cuda:1", 0 for "cuda"; −1 if it is neither.
int cuda_index(const std::string& name) {
  if (name == "cuda") return 0;
  int index = -1;
  if (name.rfind("cuda:", 0) != 0) return -1;
  const auto [end, error] = std::from_chars(name.data() + 5, name.data() + name.size(), index);
  return error == std::errc() && end == name.data() + name.size() ? index : -1;
}

}  // namespace

std::unique_ptr<Device> open_device(const std::string& name) {
  if (name == "cpu" || (name == "auto" && !cuda_available())) return std::make_unique<CpuDevice>();
  const int index = name == "auto" ? 0 : cuda_index(name);
  if (index < 0) throw ConfigError("--device: expected auto, cpu, cuda or cuda:<index>, found '" + name + "'");
  CountingAllocator::install();
  return open_cuda_device(index);
}

std::int64_t process_peak_bytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return std::int64_t{usage.ru_maxrss} * 1024;  // Linux counts in KiB
}

}  // namespace nero_bench
