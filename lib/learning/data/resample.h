#pragma once
#include "learning/data/picture.h"

namespace nero_bench {

// A part of one side of an image that becomes `size` pixels, of which only those from `first` on, `count` of them, are
// wanted.
struct Stretch {
  double from = 0;  // in pixels of the image
  double to = 0;
  std::int64_t size = 0;
  std::int64_t first = 0;
  std::int64_t count = 0;
};

// Scales pictures bilinearly, each output pixel averaging over all input pixels it covers: what Pillow's BILINEAR does,
// to the bit where the stretches begin and end on whole pixels, and nothing outside them is looked at. Keeps its
// memory.
class Resampler {
 public:
  // [vertical.count · horizontal.count · 3], red, green, blue, until the next call. The stretches lie within the
  // picture.
  std::span<const std::uint8_t> resample(const Picture& picture, const Stretch& vertical, const Stretch& horizontal);

 private:
  // Which input pixels make an output pixel, and how much of each. All output pixels have equally many, those that need
  // fewer with weights of zero: loops whose length varies are slow.
  struct Axis {
    std::int64_t low = 0;  // input pixels from here on are needed
    std::int64_t high = 0;
    std::int64_t count = 0;             // of input pixels that make an output pixel
    std::vector<std::int64_t> first;    // of these, counted from `low`; one an output pixel
    std::vector<std::int32_t> weights;  // [output pixels, count], as multiply() takes them
    void set(const Stretch& stretch, std::int64_t side);
  };

  void set(const Picture& picture, const Stretch& vertical, const Stretch& horizontal);
  void scale_rows(const Picture& picture, std::int64_t first);
  void combine_rows(std::int64_t row);

  Axis vertical_;
  Axis horizontal_;
  std::int64_t pixels_length_ = 0;
  std::vector<std::int32_t> pixels_;  // [4, pixels_length_]: input rows, a number a byte
  std::int64_t row_length_ = 0;
  std::vector<std::int32_t> rows_;  // [input rows, row_length_], scaled horizontally
  std::vector<std::int32_t> row_;   // [row_length_], scaled both ways
  std::vector<std::uint8_t> bytes_;
};

}  // namespace nero_bench
