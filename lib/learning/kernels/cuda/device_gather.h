#pragma once
#include "learning/kernels/cuda/stream.h"
#include "learning/kernels/image_gather.h"

namespace nero_bench {

// Enqueues one launch on the stream of the current GPU: into[i], [channels, height, width], is image batch[i].number of
// the set, distorted as batch[i].map says; where no pixel of the original is, byte 0 stands. All pointers, those in the
// set too, are to device memory. Throws std::runtime_error with CUDA's reason, and std::logic_error in programs without
// the kernels (two definitions: device_gather.cu and no_device_gather.cpp).
void gather_on_device(const ByteImageSet& set, const GatheredImage* batch, std::int64_t count, float* into,
                      Stream stream);

}  // namespace nero_bench
