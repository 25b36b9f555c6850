#pragma once
#include <c10/core/Device.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace nero_bench {

// Bytes of tensor storage.
struct AllocatorStatistics {
  std::int64_t allocated = 0;     // now
  std::int64_t peak = 0;          // most since reset_peak()
  std::int64_t lasting_peak = 0;  // most since forget_peaks()
  std::int64_t reserved = 0;      // most that was taken from the system since then; on the CPU equal to lasting_peak
};

// Where a trial runs, and what its memory can be asked.
class Device {
 public:
  virtual ~Device() = default;
  virtual at::Device torch_device() const = 0;
  virtual bool works_ahead() const = 0;  // of the host, which hands it work and goes on
  virtual void synchronize() = 0;        // waits until all work handed to the device is done
  virtual AllocatorStatistics statistics() = 0;
  virtual void reset_peak() = 0;
  virtual void forget_peaks() = 0;  // of any kind: what follows is measured apart from what went before
  virtual std::map<std::string, std::string> describe() const = 0;  // for the record: name, driver, …
};

// "cpu", "cuda", "cuda:1", or "auto": CUDA where this program has it and there is a GPU. Counts every tensor, so call
// it before the first one is made. Throws ConfigError for an unknown name or where CUDA is asked for and cannot be had.
std::unique_ptr<Device> open_device(const std::string& name);

// Two definitions: cuda_device.cpp is linked into nero-trial-cuda, no_cuda_device.cpp into nero-trial.
std::unique_ptr<Device> open_cuda_device(int index);
bool cuda_available();

std::int64_t process_peak_bytes();  // resident memory

}  // namespace nero_bench
