#include "learning/kernels/cuda/check.cuh"
#include "learning/kernels/cuda/device_gather.h"
#include "learning/kernels/cuda/gather.cuh"

namespace nero_bench {

void gather_on_device(const ByteImageSet& set, const GatheredImage* batch, std::int64_t count, float* into,
                      Stream stream) {
  if (count == 0) return;
  gather_kernel<<<static_cast<unsigned>(count), kBlockSize, 0, stream>>>(set, batch, into);
  check(cudaGetLastError(), "launching the gather of a batch");
}

}  // namespace nero_bench
