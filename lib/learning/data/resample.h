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
  // into: [3 · vertical.count · horizontal.count], plane after plane. The stretches lie within the picture.
  void resample(const Picture& picture, const Stretch& vertical, const Stretch& horizontal, std::uint8_t* into);

 private:
  // Which input pixels make an output pixel, and how much of each.
  struct Taps {
    std::int64_t first = 0;
    std::int64_t count = 0;
    std::size_t weights = 0;  // where they begin in Axis::weights
  };
  struct Axis {
    std::vector<Taps> taps;             // one an output pixel
    std::vector<std::int32_t> weights;  // in units of 2⁻²²
    void set(const Stretch& stretch, std::int64_t side);
  };

  void scale_rows(const Picture& picture, std::int64_t first, std::int64_t last);
  void scale_columns(std::int64_t first_row, std::uint8_t* into);

  Axis vertical_;
  Axis horizontal_;
  std::vector<std::uint8_t> rows_;  // [input rows, 3, columns wanted]
  std::vector<std::int32_t> sums_;  // [3 · columns wanted]
};

}  // namespace nero_bench
