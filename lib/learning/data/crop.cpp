#include "learning/data/crop.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace nero_bench {
namespace {

constexpr int kAttempts = 10;

Stretch stretch(std::int64_t from, std::int64_t length, std::int64_t size) {
  return {static_cast<double>(from), static_cast<double>(from + length), size, 0, size};
}

// As Python rounds: halves to even.
std::int64_t round_to_even(double value) { return static_cast<std::int64_t>(std::nearbyint(value)); }

Cut central_part(const CropOptions& options, std::int64_t height, std::int64_t width) {
  const double aspect = static_cast<double>(width) / static_cast<double>(height);
  std::int64_t part_height = height;
  std::int64_t part_width = width;
  if (aspect < 1 / options.largest_aspect)
    part_height = round_to_even(static_cast<double>(width) * options.largest_aspect);
  if (aspect > options.largest_aspect) part_width = round_to_even(static_cast<double>(height) * options.largest_aspect);
  return {stretch((height - part_height) / 2, part_height, options.size),
          stretch((width - part_width) / 2, part_width, options.size)};
}

Stretch centre_of(std::int64_t side, std::int64_t scaled, std::int64_t size) {
  const auto first = round_to_even(static_cast<double>(scaled - size) / 2);
  return {0, static_cast<double>(side), scaled, first, size};
}

Stretch reduced(Stretch stretch, int reduction, std::int64_t side) {
  stretch.from /= reduction;
  stretch.to = std::min(stretch.to / reduction, static_cast<double>(side));
  return stretch;
}

double input_per_output(const Stretch& stretch) {
  return (stretch.to - stretch.from) / static_cast<double>(stretch.size);
}

}  // namespace

CropOptions parse_crop(JsonReader& json) {
  CropOptions options;
  options.size = json.optional("size", options.size, "side of the square that the network sees, in pixels",
                               Range::between(1, 4096));
  options.resize = json.optional("resize", std::max(options.resize, options.size),
                                 "evaluation: an image's shorter side before its centre is cut out, in pixels; >= size",
                                 Range::between(1, 8192));
  if (options.resize < options.size) json.fail("resize", "at least the size, " + std::to_string(options.size));
  options.smallest_area =
      json.optional("smallest_area", options.smallest_area,
                    "training: a random cut has at least this share of the image's area", Range{0, 1, false, true});
  options.largest_aspect = json.optional("largest_aspect", options.largest_aspect,
                                         "training: longer by shorter side of a random cut, at most; 1: squares only",
                                         Range::between(1, 100));
  options.flip = json.optional("flip", options.flip, "training: mirror one image in two, at random");
  return options;
}

Cut random_cut(const CropOptions& options, std::int64_t height, std::int64_t width, RandomNumbers numbers) {
  const bool flipped = numbers.below(2) == 1 && options.flip;
  const double area = static_cast<double>(height) * static_cast<double>(width);
  const double widest = std::log(options.largest_aspect);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const double part = area * numbers.uniform(options.smallest_area, 1);
    const double aspect = std::exp(numbers.uniform(-widest, widest));
    const auto part_width = round_to_even(std::sqrt(part * aspect));
    const auto part_height = round_to_even(std::sqrt(part / aspect));
    if (part_width < 1 || part_width > width || part_height < 1 || part_height > height) continue;
    return {stretch(numbers.below(height - part_height + 1), part_height, options.size),
            stretch(numbers.below(width - part_width + 1), part_width, options.size), flipped};
  }
  auto cut = central_part(options, height, width);
  cut.flipped = flipped;
  return cut;
}

Cut centre_cut(const CropOptions& options, std::int64_t height, std::int64_t width) {
  const auto shorter = std::min(height, width);
  const auto scaled = [&](std::int64_t side) { return options.resize * side / shorter; };
  return {centre_of(height, scaled(height), options.size), centre_of(width, scaled(width), options.size)};
}

int possible_reduction(const Cut& cut) {
  const double fewest = std::min(input_per_output(cut.vertical), input_per_output(cut.horizontal));
  int reduction = 1;
  while (reduction < 8 && 2 * reduction <= fewest) reduction *= 2;
  return reduction;
}

Cut reduced(const Cut& cut, int reduction, std::int64_t height, std::int64_t width) {
  return {reduced(cut.vertical, reduction, height), reduced(cut.horizontal, reduction, width), cut.flipped};
}

}  // namespace nero_bench
