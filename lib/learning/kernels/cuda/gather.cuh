// Distortion, conversion and standardisation of a batch of images at once. Included by device_gather.cu.
#pragma once
#include "learning/kernels/cuda/device_items.h"
#include "learning/kernels/image_gather.h"

namespace nero_bench {

// Where in a plane the pixel comes from; −1 where nothing is.
__device__ inline std::int32_t place_of(const PixelMap& map, std::int32_t row, std::int32_t column, std::int32_t height,
                                        std::int32_t width) {
  const std::int32_t x = (map.x + row * map.x_by_row + column * map.x_by_column) >> 16;
  const std::int32_t y = (map.y + row * map.y_by_row + column * map.y_by_column) >> 16;
  const std::int32_t source_x = map.first_column + map.direction * x;
  const std::int32_t source_y = map.first_row + y;
  const bool there = x >= 0 && x < width && y >= 0 && y < height && source_x >= 0 && source_x < width &&
                     source_y >= 0 && source_y < height;
  return there ? source_y * width + source_x : -1;
}

// A block an image; its threads take the pixels in turns, so that neighbours write neighbours.
__global__ void __launch_bounds__(kBlockSize) gather_kernel(ByteImageSet set, const GatheredImage* batch, float* into) {
  const GatheredImage& image = batch[blockIdx.x];
  const std::int32_t pixels = set.height * set.width;
  const std::int64_t floats = std::int64_t{set.channels} * pixels;
  const std::uint8_t* bytes = set.bytes + image.number * floats;
  float* out = into + blockIdx.x * floats;
  for (auto pixel = static_cast<std::int32_t>(threadIdx.x); pixel < pixels; pixel += kBlockSize) {
    const std::int32_t place = place_of(image.map, pixel / set.width, pixel % set.width, set.height, set.width);
    for (std::int32_t channel = 0; channel < set.channels; ++channel) {
      const std::int32_t byte = place < 0 ? 0 : bytes[channel * pixels + place];
      out[channel * pixels + pixel] = set.values[channel * 256 + byte];
    }
  }
}

}  // namespace nero_bench
