#include "learning/data/resample.h"

#include <algorithm>
#include <cmath>

namespace nero_bench {
namespace {

constexpr int kFraction = 22;  // bits
constexpr std::int32_t kHalf = 1 << (kFraction - 1);

std::uint8_t to_byte(std::int32_t sum) { return static_cast<std::uint8_t>(std::clamp(sum >> kFraction, 0, 255)); }

}  // namespace

void Resampler::Axis::set(const Stretch& stretch, std::int64_t side) {
  taps.clear();
  weights.clear();
  const double scale = (stretch.to - stretch.from) / static_cast<double>(stretch.size);
  const double reach = std::max(scale, 1.0);  // of the triangle that weighs input pixels, either way
  const double steepness = 1 / reach;
  // Positions count from here: those of a cut are then rounded like those of an image of its own.
  const auto origin = static_cast<std::int64_t>(std::floor(stretch.from));
  const auto length = std::min(side, static_cast<std::int64_t>(std::ceil(stretch.to))) - origin;
  const double offset = stretch.from - static_cast<double>(origin);
  std::vector<double> shares;
  for (std::int64_t i = stretch.first; i < stretch.first + stretch.count; ++i) {
    const double centre = offset + (static_cast<double>(i) + 0.5) * scale;
    const auto first = std::max<std::int64_t>(0, static_cast<std::int64_t>(centre - reach + 0.5));
    const auto last = std::min(length, static_cast<std::int64_t>(centre + reach + 0.5));
    shares.clear();
    double total = 0;
    for (std::int64_t at = first; at < last; ++at) {
      shares.push_back(std::max(0.0, 1 - std::abs((static_cast<double>(at) - centre + 0.5) * steepness)));
      total += shares.back();
    }
    taps.push_back({origin + first, last - first, weights.size()});
    for (const double share : shares)
      weights.push_back(static_cast<std::int32_t>(share / total * (1 << kFraction) + 0.5));
  }
}

void Resampler::scale_rows(const Picture& picture, std::int64_t first, std::int64_t last) {
  const auto columns = horizontal_.taps.size();
  rows_.resize(static_cast<std::size_t>(last - first) * 3 * columns);
  for (std::int64_t row = first; row < last; ++row) {
    const auto* pixels = picture.pixels.data() + row * picture.width * 3;
    auto* out = rows_.data() + static_cast<std::size_t>(row - first) * 3 * columns;
    for (std::size_t column = 0; column < columns; ++column) {
      const auto& tap = horizontal_.taps[column];
      const auto* weight = horizontal_.weights.data() + tap.weights;
      const auto* pixel = pixels + tap.first * 3;
      std::int32_t red = kHalf;
      std::int32_t green = kHalf;
      std::int32_t blue = kHalf;
      for (std::int64_t i = 0; i < tap.count; ++i, pixel += 3) {
        red += pixel[0] * weight[i];
        green += pixel[1] * weight[i];
        blue += pixel[2] * weight[i];
      }
      out[column] = to_byte(red);
      out[columns + column] = to_byte(green);
      out[2 * columns + column] = to_byte(blue);
    }
  }
}

void Resampler::scale_columns(std::int64_t first_row, std::uint8_t* into) {
  const auto columns = horizontal_.taps.size();
  const auto plane = vertical_.taps.size() * columns;
  sums_.resize(3 * columns);
  for (std::size_t row = 0; row < vertical_.taps.size(); ++row) {
    const auto& tap = vertical_.taps[row];
    std::fill(sums_.begin(), sums_.end(), kHalf);
    for (std::int64_t i = 0; i < tap.count; ++i) {
      const auto* from = rows_.data() + static_cast<std::size_t>(tap.first + i - first_row) * 3 * columns;
      const std::int32_t weight = vertical_.weights[tap.weights + static_cast<std::size_t>(i)];
      for (std::size_t at = 0; at < 3 * columns; ++at) sums_[at] += from[at] * weight;
    }
    for (std::size_t channel = 0; channel < 3; ++channel) {
      auto* out = into + channel * plane + row * columns;
      for (std::size_t column = 0; column < columns; ++column) out[column] = to_byte(sums_[channel * columns + column]);
    }
  }
}

void Resampler::resample(const Picture& picture, const Stretch& vertical, const Stretch& horizontal,
                         std::uint8_t* into) {
  vertical_.set(vertical, picture.height);
  horizontal_.set(horizontal, picture.width);
  if (vertical_.taps.empty() || horizontal_.taps.empty()) return;
  const auto first = vertical_.taps.front().first;
  scale_rows(picture, first, vertical_.taps.back().first + vertical_.taps.back().count);
  scale_columns(first, into);
}

}  // namespace nero_bench
