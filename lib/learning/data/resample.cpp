#include "learning/data/resample.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace nero_bench {
namespace {

constexpr int kFraction = 22;  // bits behind the point of a weight
constexpr std::int32_t kHalf = 1 << (kFraction - 1);

typedef std::int32_t Four __attribute__((vector_size(16)));

Four load(const std::int32_t* from) {
  Four values;
  std::memcpy(&values, from, sizeof values);
  return values;
}

void store(std::int32_t* to, Four values) { std::memcpy(to, &values, sizeof values); }

// multiply() gives exact products of bytes and weights, which it wants in forms of their own.
#ifdef __SSE2__
// SSE2 has no product of 32-bit numbers, but one that multiplies pairs of 16-bit ones and adds both: a weight from 0 to
// 2²² is 128 · high + low with high < 2¹⁵ and low ≤ 128, and what it multiplies the pair (128 · byte, byte).
std::int32_t weight_form(std::int32_t weight) {
  const auto high = std::min(weight >> 7, (1 << 15) - 1);
  return (weight - (high << 7)) << 16 | high;
}
template <class T>
T byte_form(T byte) {
  return byte << 16 | byte << 7;
}
Four multiply(Four bytes, Four weights) {
  return reinterpret_cast<Four>(_mm_madd_epi16(reinterpret_cast<__m128i>(bytes), reinterpret_cast<__m128i>(weights)));
}
#else
std::int32_t weight_form(std::int32_t weight) { return weight; }
template <class T>
T byte_form(T byte) {
  return byte;
}
Four multiply(Four bytes, Four weights) { return bytes * weights; }
#endif

// So many times four sums at once: they share the weight, and an addition waits for the one before.
constexpr std::int64_t kTogether = 4;
constexpr std::int64_t kBlock = 4 * kTogether;

struct Inputs {
  const std::int32_t* first;
  std::int64_t step;   // to the next four of the same sums
  std::int64_t apart;  // to those of the next sums
};

// Weighted averages of `count` bytes each, as bytes.
void average(const Inputs& inputs, const std::int32_t* weights, std::int64_t count, Four (&sums)[kTogether]) {
  for (auto& sum : sums) sum = Four{} + kHalf;
  for (std::int64_t i = 0; i < count; ++i) {
    const Four weight = Four{} + weights[i];
    for (std::int64_t k = 0; k < kTogether; ++k)
      sums[k] += multiply(load(inputs.first + i * inputs.step + k * inputs.apart), weight);
  }
  for (auto& sum : sums) {
    sum >>= kFraction;
    sum -= sum >> 8;  // 256 becomes 255: thousands of rounded weights need not add up to 1
  }
}

// The input pixels of an output pixel: a triangle weighs them that reaches as far as the next output pixel's centre, or
// the next input pixel's where that is farther.
struct Triangle {
  explicit Triangle(const Stretch& stretch, std::int64_t side)
      : scale((stretch.to - stretch.from) / static_cast<double>(stretch.size)),
        reach(std::max(scale, 1.0)),
        steepness(1 / reach),
        origin(static_cast<std::int64_t>(std::floor(stretch.from))),
        length(std::min(side, static_cast<std::int64_t>(std::ceil(stretch.to))) - origin),
        offset(stretch.from - static_cast<double>(origin)) {}

  double centre(std::int64_t output) const { return offset + (static_cast<double>(output) + 0.5) * scale; }
  std::int64_t begin(std::int64_t output) const {
    return std::max<std::int64_t>(0, static_cast<std::int64_t>(centre(output) - reach + 0.5));
  }
  std::int64_t end(std::int64_t output) const {
    return std::min(length, static_cast<std::int64_t>(centre(output) + reach + 0.5));
  }
  double share(std::int64_t output, std::int64_t input) const {
    if (input < begin(output) || input >= end(output)) return 0;
    return std::max(0.0, 1 - std::abs((static_cast<double>(input) - centre(output) + 0.5) * steepness));
  }

  double scale;
  double reach;
  double steepness;
  // Input pixels count from here: the positions of a cut are then rounded like those of an image of its own.
  std::int64_t origin;
  std::int64_t length;
  double offset;
};

}  // namespace

void Resampler::Axis::set(const Stretch& stretch, std::int64_t side) {
  const Triangle triangle(stretch, side);
  const auto last = stretch.first + stretch.count - 1;
  low = triangle.begin(stretch.first);
  high = triangle.end(last);
  count = 0;
  for (auto i = stretch.first; i <= last; ++i) count = std::max(count, triangle.end(i) - triangle.begin(i));
  first.clear();
  weights.clear();
  std::vector<double> shares(static_cast<std::size_t>(count));
  for (auto i = stretch.first; i <= last; ++i) {
    const auto from = std::min(triangle.begin(i), high - count);
    double total = 0;
    for (std::int64_t k = 0; k < count; ++k) {
      const double share = triangle.share(i, from + k);
      shares[static_cast<std::size_t>(k)] = share;
      total += share;
    }
    first.push_back(from - low);
    for (const double share : shares)
      weights.push_back(weight_form(static_cast<std::int32_t>(share / total * (1 << kFraction) + 0.5)));
  }
  low += triangle.origin;
  high += triangle.origin;
}

void Resampler::set(const Picture& picture, const Stretch& vertical, const Stretch& horizontal) {
  vertical_.set(vertical, picture.height);
  horizontal_.set(horizontal, picture.width);
  // A pixel is loaded and stored with the number behind it: there has to be one behind the last, too.
  pixels_length_ = 3 * (horizontal_.high - horizontal_.low) + 1;
  row_length_ = (3 * horizontal.count + 1 + kBlock - 1) / kBlock * kBlock;
  const auto rows = (vertical_.high - vertical_.low + kTogether - 1) / kTogether * kTogether;
  pixels_.resize(static_cast<std::size_t>(kTogether * pixels_length_));
  rows_.resize(static_cast<std::size_t>(rows * row_length_));
  row_.resize(static_cast<std::size_t>(row_length_));
  bytes_.resize(static_cast<std::size_t>(vertical.count * horizontal.count * 3));
}

// Rows `first` to `first` + 3 of those that are needed; any numbers where the last four are fewer.
void Resampler::scale_rows(const Picture& picture, std::int64_t first) {
  const auto length = pixels_length_ - 1;
  const auto available = std::min(kTogether, vertical_.high - vertical_.low - first);
  for (std::int64_t k = 0; k < available; ++k) {
    const auto* bytes = picture.pixels.data() + 3 * ((vertical_.low + first + k) * picture.width + horizontal_.low);
    auto* pixels = pixels_.data() + k * pixels_length_;
    for (std::int64_t i = 0; i < length; ++i) pixels[i] = byte_form(std::int32_t{bytes[i]});
  }
  Inputs inputs{pixels_.data(), 3, pixels_length_};  // red, green, blue and one to spare of four rows
  const auto* weights = horizontal_.weights.data();
  const auto count = horizontal_.count;
  const auto row_length = row_length_;
  auto* out = rows_.data() + first * row_length;
  for (const auto column : horizontal_.first) {
    inputs.first = pixels_.data() + 3 * column;
    Four sums[kTogether];
    average(inputs, weights, count, sums);
    for (std::int64_t k = 0; k < kTogether; ++k) store(out + k * row_length, byte_form(sums[k]));
    weights += count;
    out += 3;
  }
}

void Resampler::combine_rows(std::int64_t row) {
  Inputs inputs{rows_.data() + vertical_.first[static_cast<std::size_t>(row)] * row_length_, row_length_, 4};
  const auto count = vertical_.count;
  const auto* weights = vertical_.weights.data() + row * count;
  auto* sums = row_.data();
  const auto row_length = row_length_;
  for (std::int64_t at = 0; at < row_length; at += kBlock, inputs.first += kBlock) {
    Four block[kTogether];
    average(inputs, weights, count, block);
    for (std::int64_t k = 0; k < kTogether; ++k) store(sums + at + 4 * k, block[k]);
  }
  const auto length = static_cast<std::int64_t>(3 * horizontal_.first.size());
  auto* out = bytes_.data() + row * length;
  for (std::int64_t i = 0; i < length; ++i) out[i] = static_cast<std::uint8_t>(sums[i]);
}

std::span<const std::uint8_t> Resampler::resample(const Picture& picture, const Stretch& vertical,
                                                  const Stretch& horizontal) {
  if (vertical.count == 0 || horizontal.count == 0) return {};
  set(picture, vertical, horizontal);
  // An input row is scaled shortly before it is needed, so that the cache still holds it.
  std::int64_t scaled = 0;
  for (std::int64_t row = 0; row < vertical.count; ++row) {
    const auto needed = vertical_.first[static_cast<std::size_t>(row)] + vertical_.count;
    for (; scaled < needed; scaled += kTogether) scale_rows(picture, scaled);
    combine_rows(row);
  }
  return bytes_;
}

}  // namespace nero_bench
