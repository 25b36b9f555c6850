#pragma once
#include "base/json_reader.h"
#include "base/random_streams.h"
#include "learning/data/resample.h"

namespace nero_bench {

// How images of any size become squares of one size (section "ImageNet" of the paper's experiments).
struct CropOptions {
  std::int64_t size = 224;          // side of what the model sees
  std::int64_t resize = 256;        // evaluation: the shorter side, before the centre is cut out
  double smallest_area = 0.08;      // training: share of the image that is cut out at random, at least
  double largest_aspect = 4.0 / 3;  // and its width by its height, or the inverse, at most
  bool flip = true;                 // and one in two mirrored
};

// Reads "size", "resize", "smallest_area", "largest_aspect" and "flip".
CropOptions parse_crop(JsonReader& json);

// Which part of an image is scaled to what.
struct Cut {
  Stretch vertical;
  Stretch horizontal;
  bool flipped = false;
};

// A part of a random area and a random aspect (log-uniform) at a random place, scaled to the size; where ten attempts
// do not fit into the image, as much of its centre as the aspect allows.
Cut random_cut(const CropOptions& options, std::int64_t height, std::int64_t width, RandomNumbers numbers);

// The centre of the image scaled to `resize`.
Cut centre_cut(const CropOptions& options, std::int64_t height, std::int64_t width);

// By how much an image may be reduced while it is decoded so that no pixel of the cut has to be made up: 1, 2, 4 or 8.
int possible_reduction(const Cut& cut);

// The same cut of an image that was reduced to `height` and `width`.
Cut reduced(const Cut& cut, int reduction, std::int64_t height, std::int64_t width);

}  // namespace nero_bench
