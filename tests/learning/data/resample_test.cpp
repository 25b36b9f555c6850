#include "learning/data/resample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace nero_bench {
namespace {

using Random = std::mt19937;
using Bytes = std::vector<std::uint8_t>;

std::int64_t number_between(std::int64_t low, std::int64_t high, Random& random) {
  return std::uniform_int_distribution<std::int64_t>(low, high)(random);
}

// Half of the bytes are black or white: sums come to the ends of what a byte can be.
Picture noise(std::int64_t height, std::int64_t width, Random& random) {
  Picture picture{height, width, Bytes(static_cast<std::size_t>(height * width * 3))};
  for (auto& byte : picture.pixels) {
    const auto number = number_between(0, 511, random);
    byte = static_cast<std::uint8_t>(number < 256 ? number : number % 2 * 255);
  }
  return picture;
}

Picture of_one_colour(std::int64_t height, std::int64_t width, const Bytes& colour) {
  Picture picture{height, width, {}};
  for (std::int64_t i = 0; i < height * width; ++i)
    picture.pixels.insert(picture.pixels.end(), colour.begin(), colour.end());
  return picture;
}

Stretch whole(std::int64_t side, std::int64_t size) { return {0, static_cast<double>(side), size, 0, size}; }

Bytes resampled(Resampler& resampler, const Picture& picture, const Stretch& vertical, const Stretch& horizontal) {
  const auto bytes = resampler.resample(picture, vertical, horizontal);
  return {bytes.begin(), bytes.end()};
}

Bytes resampled(const Picture& picture, const Stretch& vertical, const Stretch& horizontal) {
  Resampler resampler;
  return resampled(resampler, picture, vertical, horizontal);
}

// One line of bytes, pixel after pixel, scaled as libImaging/Resample.c of Pillow has it: precompute_coeffs() with the
// triangle, normalize_coeffs_8bpc(), and a sum with 22 bits behind the point that is rounded and cut off to a byte.
Bytes scaled_line(const Bytes& line, const Stretch& stretch) {
  const auto begins = static_cast<std::int64_t>(std::floor(stretch.from));
  const auto inputs =
      std::min(static_cast<std::int64_t>(line.size()), static_cast<std::int64_t>(std::ceil(stretch.to))) - begins;
  const double scale = (stretch.to - stretch.from) / static_cast<double>(stretch.size);
  const double support = scale < 1 ? 1 : scale;
  Bytes out;
  for (auto x = stretch.first; x < stretch.first + stretch.count; ++x) {
    const double centre = stretch.from - static_cast<double>(begins) + (static_cast<double>(x) + 0.5) * scale;
    std::int64_t from = static_cast<int>(centre - support + 0.5), to = static_cast<int>(centre + support + 0.5);
    if (from < 0) from = 0;
    if (to > inputs) to = inputs;
    std::vector<double> weights;
    double total = 0;
    for (auto i = from; i < to; ++i) {
      const double distance = std::fabs((static_cast<double>(i) - centre + 0.5) * (1.0 / support));
      weights.push_back(distance < 1 ? 1 - distance : 0);
      total += weights.back();
    }
    std::int64_t sum = 1 << 21;
    for (auto i = from; i < to; ++i) {
      const auto weight =
          static_cast<std::int64_t>(0.5 + weights[static_cast<std::size_t>(i - from)] / total * (1 << 22));
      sum += weight * line[static_cast<std::size_t>(begins + i)];
    }
    out.push_back(static_cast<std::uint8_t>(std::min<std::int64_t>(sum >> 22, 255)));
  }
  return out;
}

// First the rows, then the columns of what they became.
Bytes line_by_line(const Picture& picture, const Stretch& vertical, const Stretch& horizontal) {
  Bytes out(static_cast<std::size_t>(vertical.count * horizontal.count * 3));
  for (std::int64_t channel = 0; channel < 3; ++channel) {
    std::vector<Bytes> rows;
    for (std::int64_t y = 0; y < picture.height; ++y) {
      Bytes row;
      for (std::int64_t x = 0; x < picture.width; ++x)
        row.push_back(picture.pixels[static_cast<std::size_t>((y * picture.width + x) * 3 + channel)]);
      rows.push_back(scaled_line(row, horizontal));
    }
    for (std::int64_t x = 0; x < horizontal.count; ++x) {
      Bytes column;
      for (const auto& row : rows) column.push_back(row[static_cast<std::size_t>(x)]);
      const auto scaled = scaled_line(column, vertical);
      for (std::int64_t y = 0; y < vertical.count; ++y)
        out[static_cast<std::size_t>((y * horizontal.count + x) * 3 + channel)] = scaled[static_cast<std::size_t>(y)];
    }
  }
  return out;
}

TEST(Resampler, LeavesAPictureOfTheRightSizeAsItIs) {
  Random random(1);
  const auto picture = noise(19, 31, random);
  EXPECT_EQ(resampled(picture, whole(19, 19), whole(31, 31)), picture.pixels);
}

TEST(Resampler, MakesOnePixelOfTheAverageOfTwoRoundedUp) {
  const Picture picture{1, 2, {10, 0, 255, 13, 255, 255}};
  EXPECT_THAT(resampled(picture, whole(1, 1), whole(2, 1)), testing::ElementsAre(12, 128, 255));
}

// Output pixels 0 to 3 lie at −¼, ¼, ¾ and 1¼ of the way from the first pixel to the second.
TEST(Resampler, InterpolatesBetweenTwoPixels) {
  const Picture picture{2, 1, {0, 100, 200, 100, 100, 0}};
  EXPECT_THAT(resampled(picture, whole(2, 4), whole(1, 1)),
              testing::ElementsAre(0, 100, 200, 25, 100, 150, 75, 100, 50, 100, 100, 0));
}

TEST(Resampler, FillsAnySizeWithASinglePixel) {
  const Bytes colour{3, 140, 255};
  for (const std::int64_t size : {1, 2, 5, 16, 224}) {
    const auto filled = of_one_colour(size, size + 1, colour);
    EXPECT_EQ(resampled(of_one_colour(1, 1, colour), whole(1, size), whole(1, size + 1)), filled.pixels);
  }
}

TEST(Resampler, GivesNothingWhereNothingIsWanted) {
  const auto picture = of_one_colour(3, 3, {1, 2, 3});
  EXPECT_TRUE(resampled(picture, {0, 3, 5, 2, 0}, whole(3, 5)).empty());
  EXPECT_TRUE(resampled(picture, whole(3, 5), {0, 3, 5, 2, 0}).empty());
}

// A part of a side that becomes some size, and of that again a part.
Stretch random_stretch(std::int64_t side, bool whole_pixels, Random& random) {
  const auto from = number_between(0, side - 1, random), to = number_between(from + 1, side, random);
  Stretch stretch{static_cast<double>(from), static_cast<double>(to), 1, 0, 0};
  if (!whole_pixels) {
    stretch.from += static_cast<double>(number_between(0, 7, random)) / 8;
    stretch.to -= static_cast<double>(number_between(0, 7, random)) / 8;
    if (stretch.to <= stretch.from) stretch.to = stretch.from + 0.125;
  }
  constexpr std::int64_t kSizes[] = {1, 2, 3, 8, 15, 16, 17, 48, 100};
  stretch.size = kSizes[number_between(0, std::ssize(kSizes) - 1, random)];
  stretch.first = number_between(0, 1, random) * number_between(0, stretch.size - 1, random);
  stretch.count = number_between(1, stretch.size - stretch.first, random);
  return stretch;
}

// One resampler for all: what it keeps of a picture must not get into the next. Pixels outside a stretch are noise,
// too, which nothing may depend on.
void expect_equal_to_lines(bool whole_pixels) {
  Random random(whole_pixels ? 2 : 3);
  Resampler resampler;
  for (int i = 0; i < 400; ++i) {
    constexpr std::int64_t kSides[] = {1, 2, 3, 4, 5, 9, 32, 77, 300};
    const auto height = kSides[number_between(0, std::ssize(kSides) - 1, random)];
    const auto width = kSides[number_between(0, std::ssize(kSides) - 1, random)];
    const auto picture = noise(height, width, random);
    const auto vertical = random_stretch(height, whole_pixels, random);
    const auto horizontal = random_stretch(width, whole_pixels, random);
    ASSERT_EQ(resampled(resampler, picture, vertical, horizontal), line_by_line(picture, vertical, horizontal))
        << i << ": " << height << " x " << width << ", rows " << vertical.from << " to " << vertical.to << " as "
        << vertical.size << ", columns " << horizontal.from << " to " << horizontal.to << " as " << horizontal.size;
  }
}

TEST(Resampler, ScalesRandomCutsLikeOneLineAfterTheOther) { expect_equal_to_lines(true); }

// As cuts of pictures that were reduced while they were decoded are.
TEST(Resampler, ScalesCutsBetweenPixelsLikeOneLineAfterTheOther) { expect_equal_to_lines(false); }

TEST(Resampler, EnlargesAndReducesLikeOneLineAfterTheOtherAtTheExtremes) {
  Random random(4);
  for (const auto& [height, width] : {std::pair{1, 32'768}, {32'768, 1}, {2, 20'011}, {20'011, 3}}) {
    const auto picture = noise(height, width, random);
    for (const std::int64_t size : {1, 224}) {
      const auto vertical = whole(height, size), horizontal = whole(width, size);
      ASSERT_EQ(resampled(picture, vertical, horizontal), line_by_line(picture, vertical, horizontal));
    }
  }
}

// Weights are rounded, and thousands of them do not add up to 1.
TEST(Resampler, KeepsAColourHoweverMuchItReduces) {
  const Bytes colour{255, 254, 1};
  for (std::int64_t side = 20'000; side <= 32'768; side += 173)
    EXPECT_EQ(resampled(of_one_colour(1, side, colour), whole(1, 1), whole(side, 1)), colour);
}

}  // namespace
}  // namespace nero_bench
