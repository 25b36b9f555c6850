#include "learning/data/augmentation.h"

#include <cmath>
#include <numbers>

namespace nero_bench {
namespace {

constexpr double kOne = 65536;  // in 16.16 fixed point

std::int32_t fixed(double value) { return static_cast<std::int32_t>(std::floor(value * kOne + 0.5)); }

// Where the pixel centres of a rotated image lie in the original: (x, y) of the first, and the step to the next pixel
// of its row and of its column.
struct Rotation {
  std::int32_t x, y;
  std::int32_t x_by_column, y_by_column;
  std::int32_t x_by_row, y_by_row;
};

Rotation rotation(double degrees, PlaneSize size) {
  const double angle = -degrees * std::numbers::pi / 180;
  const double cosine = std::cos(angle);
  const double sine = std::sin(angle);
  const double centre_x = static_cast<double>(size.width) / 2;
  const double centre_y = static_cast<double>(size.height) / 2;
  const double x = cosine * -centre_x + sine * -centre_y + centre_x;
  const double y = -sine * -centre_x + cosine * -centre_y + centre_y;
  return {fixed(x + cosine * 0.5 + sine * 0.5),
          fixed(y - sine * 0.5 + cosine * 0.5),
          fixed(cosine),
          fixed(-sine),
          fixed(sine),
          fixed(cosine)};
}

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
  options.pad = json.optional("pad", defaults.pad, Range::between(0, 1024));
  options.flip = json.optional("flip", defaults.flip);
  options.rotation = json.optional("rotation", defaults.rotation, Range::between(0, 180));
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

void find_places(const Distortion& distortion, PlaneSize size, std::span<std::int32_t> places) {
  const Rotation from = rotation(distortion.degrees, size);
  const auto width = static_cast<std::int32_t>(size.width);
  const auto height = static_cast<std::int32_t>(size.height);
  const auto nothing = width * height;
  const auto down = static_cast<std::int32_t>(distortion.down);
  // Backwards through flip and crop: column x of what is rotated is column first + direction · x of the original.
  const std::int32_t direction = distortion.flipped ? -1 : 1;
  const std::int32_t first = static_cast<std::int32_t>(distortion.right) + (distortion.flipped ? width - 1 : 0);
  const auto inside = [](std::int32_t at, std::int32_t side) {
    return static_cast<std::uint32_t>(at) < static_cast<std::uint32_t>(side);
  };
  for (std::int32_t row = 0; row < height; ++row) {
    const std::int32_t row_x = from.x + row * from.x_by_row;
    const std::int32_t row_y = from.y + row * from.y_by_row;
    auto* out = places.data() + std::ptrdiff_t{row} * width;
    for (std::int32_t column = 0; column < width; ++column) {  // without a branch: several columns at a time
      const std::int32_t x = (row_x + column * from.x_by_column) >> 16;
      const std::int32_t y = (row_y + column * from.y_by_column) >> 16;
      const std::int32_t source_x = first + direction * x;
      const std::int32_t source_y = down + y;
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
