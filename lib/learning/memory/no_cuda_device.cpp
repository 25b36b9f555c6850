#include "base/errors.h"
#include "learning/memory/device.h"

namespace nero_bench {

bool cuda_available() { return false; }

std::unique_ptr<Device> open_cuda_device(int) {
  throw ConfigError(
      "--device cuda: this is nero-trial, which is linked without CUDA; build the preset 'cuda' and use "
      "nero-trial-cuda, or pass --device cpu");
}

}  // namespace nero_bench
