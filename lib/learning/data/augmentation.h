#pragma once
#include <cstdint>
#include <span>

#include "base/json_reader.h"
#include "base/random_streams.h"
#include "learning/kernels/image_gather.h"

namespace nero_bench {

// What is done to a training image, in this order: zeros around it and a crop of its own size, a mirror image, a
// rotation about its centre that takes the nearest pixel and leaves zeros where there is none (section "CIFAR-10" of
// the paper's experiments).
struct AugmentationOptions {
  std::int64_t pad = 4;  // pixels on each side
  bool flip = true;      // one image in two
  double rotation = 15;  // degrees at most, either way

  bool any() const { return pad > 0 || flip || rotation > 0; }
};

inline constexpr AugmentationOptions kNoAugmentation{.pad = 0, .flip = false, .rotation = 0};

// Reads "pad", "flip" and "rotation".
AugmentationOptions parse_augmentation(JsonReader& json, AugmentationOptions defaults = {});

// What is random about an image, given the seed of a batch: it depends neither on the batch nor on who makes it.
inline RandomNumbers numbers_of_image(std::uint64_t seed, std::int64_t image) {
  return RandomNumbers(RandomStreams(seed).seed("", static_cast<std::uint64_t>(image)));
}

// What is done to one image.
struct Distortion {
  std::int64_t down = 0;  // where the crop begins, relative to the image: −pad … pad
  std::int64_t right = 0;
  bool flipped = false;
  double degrees = 0;  // counter-clockwise
};

// Always takes the same number of draws, whatever the options.
Distortion draw_distortion(const AugmentationOptions& options, RandomNumbers numbers);

struct PlaneSize {
  std::int64_t height = 0;
  std::int64_t width = 0;

  std::int64_t pixels() const { return height * width; }
};

// The distortion of an image of that size. The rotation is that of Pillow to the last pixel.
PixelMap pixel_map(const Distortion& distortion, PlaneSize size);

// places[i], for every pixel of the distorted image [height · width]: where in a plane of the original it comes from,
// or height · width where nothing is. Sides of up to kLargestDistorted pixels.
inline constexpr std::int64_t kLargestDistorted = 4096;
void find_places(const Distortion& distortion, PlaneSize size, std::span<std::int32_t> places);

// into[c, i] = values[c, planes[c, places[i]]], for planes [channels, pixels + 1] whose last bytes stand for "nothing
// there", values [channels, 256] and into [channels, pixels].
void gather(std::span<const std::int32_t> places, std::int64_t channels, const std::uint8_t* planes,
            const float* values, float* into);

}  // namespace nero_bench
