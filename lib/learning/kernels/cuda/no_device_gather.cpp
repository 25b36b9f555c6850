#include <stdexcept>

#include "learning/kernels/cuda/device_gather.h"

namespace nero_bench {

void gather_on_device(const ByteImageSet&, const GatheredImage*, std::int64_t, float*, Stream) {
  throw std::logic_error("a batch on a GPU in a program without kernels for it");
}

}  // namespace nero_bench
