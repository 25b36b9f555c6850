#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>
#include <cuda_runtime_api.h>

#include <algorithm>

#include "base/errors.h"
#include "learning/memory/device.h"

namespace nero_bench {
namespace {

namespace allocator = c10::cuda::CUDACachingAllocator;
constexpr auto kAll = static_cast<std::size_t>(c10::CachingAllocator::StatType::AGGREGATE);

std::string version_text(int packed) {
  return std::to_string(packed / 1000) + "." + std::to_string(packed % 1000 / 10);
}

// Statistics are the caching allocator's requested bytes: what tensors asked for, before it rounds up.
class CudaDevice final : public Device {
 public:
  explicit CudaDevice(int index) : index_(static_cast<c10::DeviceIndex>(index)) {
    at::globalContext().lazyInitDevice(at::kCUDA);
    c10::cuda::set_device(index_);
  }

  at::Device torch_device() const override { return {at::kCUDA, index_}; }
  bool works_ahead() const override { return true; }
  void synchronize() override { c10::cuda::device_synchronize(); }

  AllocatorStatistics statistics() override {
    const auto statistics = allocator::getDeviceStats(index_);
    const auto& requested = statistics.requested_bytes[kAll];
    lasting_peak_ = std::max(lasting_peak_, requested.peak);
    reserved_ = std::max(reserved_, statistics.reserved_bytes[kAll].peak);
    return {requested.current, requested.peak, lasting_peak_, reserved_};
  }

  void reset_peak() override {
    statistics();  // keeps the peaks that are about to be forgotten
    allocator::resetPeakStats(index_);
  }

  void forget_peaks() override {
    allocator::emptyCache();  // a trial must not start with what another one reserved
    allocator::resetPeakStats(index_);
    lasting_peak_ = 0;
    reserved_ = 0;
  }

  std::map<std::string, std::string> describe() const override {
    cudaDeviceProp properties{};
    cudaGetDeviceProperties(&properties, index_);
    int driver = 0;
    int runtime = 0;
    cudaDriverGetVersion(&driver);
    cudaRuntimeGetVersion(&runtime);
    return {{"device", "cuda"},
            {"gpu", properties.name},
            {"gpu_compute_capability", std::to_string(properties.major) + "." + std::to_string(properties.minor)},
            {"cuda_driver", version_text(driver)},
            {"cuda_runtime", version_text(runtime)}};
  }

 private:
  c10::DeviceIndex index_;
  std::int64_t lasting_peak_ = 0;
  std::int64_t reserved_ = 0;
};

}  // namespace

bool cuda_available() { return c10::cuda::device_count() > 0; }

std::unique_ptr<Device> open_cuda_device(int index) {
  const int count = c10::cuda::device_count();
  if (count == 0)
    throw ConfigError(
        "--device cuda: no usable NVIDIA GPU or driver found; 'nero-bench doctor' says more, --device cpu does "
        "without");
  if (index >= count)
    throw ConfigError("--device cuda:" + std::to_string(index) + ": there are only " + std::to_string(count) +
                      " GPUs, counted from 0");
  return std::make_unique<CudaDevice>(index);
}

}  // namespace nero_bench
