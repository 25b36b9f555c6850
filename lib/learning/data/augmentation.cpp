#include "learning/data/augmentation.h"

#include <cmath>
#include <numbers>

namespace nero_bench {
namespace {

constexpr double kOne = 65536;  // in 16.16 fixed point

std::int32_t fixed(double value) { return static_cast<std::int32_t>(std::floor(value * kOne + 0.5)); }

template <int kPlanes>
void gather_planes(std::span<const std::int32_t> places, const std::uint8_t* planes, const float* values, float* into,
                   std::int64_t first) {
  const std::size_t pixels = places.size();
  planes += first * static_cast<std::int64_t>(pixels + 1);
  values += first * 256;
  into += first * static_cast<std::int64_t>(pixels);
  for (std::size_t i = 0; i < pixels; ++i) {
    const auto place = static_cast<std::size_t>(places[i]);
    for (std::size_t plane = 0; plane < kPlanes; ++plane)
      into[plane * pixels + i] = values[plane * 256 + planes[plane * (pixels + 1) + place]];
  }
}

}  // namespace

AugmentationOptions parse_augmentation(JsonReader& json, AugmentationOptions defaults) {
  AugmentationOptions options;
  options.pad = json.optional("pad", defaults.pad,
                              "training: pixels of black around an image before it is cropped at random; 0: no crop",
                              Range::between(0, 1024));
  options.flip = json.optional("flip", defaults.flip, "training: mirror one image in two, at random");
  options.rotation =
      json.optional("rotation", defaults.rotation, "training: up to so many degrees either way, at random; 0: none",
                    Range::between(0, 180));
  return options;
}

Distortion draw_distortion(const AugmentationOptions& options, RandomNumbers numbers) {
  Distortion drawn;
  drawn.down = numbers.below(2 * options.pad + 1) - options.pad;
  drawn.right = numbers.below(2 * options.pad + 1) - options.pad;
  drawn.flipped = numbers.below(2) == 1 && options.flip;
  drawn.degrees = numbers.uniform(-options.rotation, options.rotation);
  return drawn;
}

PixelMap pixel_map(const Distortion& distortion, PlaneSize size) {
  const double angle = -distortion.degrees * std::numbers::pi / 180;
  const double cosine = std::cos(angle);
  const double sine = std::sin(angle);
  const double centre_x = static_cast<double>(size.width) / 2;
  const double centre_y = static_cast<double>(size.height) / 2;
  const double x = cosine * -centre_x + sine * -centre_y + centre_x;
  const double y = -sine * -centre_x + cosine * -centre_y + centre_y;
  const std::int64_t last_column = size.width - 1;
  return {.x = fixed(x + cosine * 0.5 + sine * 0.5),  // of the centres of pixels
          .y = fixed(y - sine * 0.5 + cosine * 0.5),
          .x_by_column = fixed(cosine),
          .y_by_column = fixed(-sine),
          .x_by_row = fixed(sine),
          .y_by_row = fixed(cosine),
          .first_row = static_cast<std::int32_t>(distortion.down),
          .first_column = static_cast<std::int32_t>(distortion.right + (distortion.flipped ? last_column : 0)),
          .direction = distortion.flipped ? -1 : 1};
}

void find_places(const Distortion& distortion, PlaneSize size, std::span<std::int32_t> places) {
  const PixelMap map = pixel_map(distortion, size);
  const auto width = static_cast<std::int32_t>(size.width);
  const auto height = static_cast<std::int32_t>(size.height);
  const auto nothing = width * height;
  const auto inside = [](std::int32_t at, std::int32_t side) {
    return static_cast<std::uint32_t>(at) < static_cast<std::uint32_t>(side);
  };
  for (std::int32_t row = 0; row < height; ++row) {
    const std::int32_t row_x = map.x + row * map.x_by_row;
    const std::int32_t row_y = map.y + row * map.y_by_row;
    auto* out = places.data() + std::ptrdiff_t{row} * width;
    for (std::int32_t column = 0; column < width; ++column) {  // without a branch: several columns at a time
      const std::int32_t x = (row_x + column * map.x_by_column) >> 16;
      const std::int32_t y = (row_y + column * map.y_by_column) >> 16;
      const std::int32_t source_x = map.first_column + map.direction * x;
      const std::int32_t source_y = map.first_row + y;
      const bool there = inside(x, width) & inside(y, height) & inside(source_x, width) & inside(source_y, height);
      out[column] = there ? source_y * width + source_x : nothing;
    }
  }
}

void gather(std::span<const std::int32_t> places, std::int64_t channels, const std::uint8_t* planes,
            const float* values, float* into) {
  constexpr std::int64_t kTogether = 3;  // a colour image: each place is read once
  std::int64_t channel = 0;
  for (; channel + kTogether <= channels; channel += kTogether)
    gather_planes<kTogether>(places, planes, values, into, channel);
  for (; channel < channels; ++channel) gather_planes<1>(places, planes, values, into, channel);
}

}  // namespace nero_bench
