#pragma once
#include <cstdint>

namespace nero_bench {

// Where the pixels of a distorted image come from. Pixel (row, column) lies at x + column · x_by_column + row ·
// x_by_row of the flipped and cropped image, and alike for y, in 16.16 fixed point; column x of that is column
// first_column + direction · x of the original, and row y is row first_row + y.
struct PixelMap {
  std::int32_t x, y;
  std::int32_t x_by_column, y_by_column;
  std::int32_t x_by_row, y_by_row;
  std::int32_t first_row;
  std::int32_t first_column;
  std::int32_t direction;  // −1: a mirror image
};

// One image of a batch: its number in the set, and how it is distorted.
struct GatheredImage {
  std::int64_t number;
  PixelMap map;
};

// Images kept as bytes.
struct ByteImageSet {
  const std::uint8_t* bytes;  // [images, channels, height, width]
  const float* values;        // [channels, 256]: what each byte becomes
  std::int32_t channels;
  std::int32_t height;
  std::int32_t width;
};

}  // namespace nero_bench
