#include "learning/data/augmentation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <numeric>
#include <vector>

#include "base/errors.h"

namespace nero_bench {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;

std::vector<std::int32_t> places(const Distortion& distortion, PlaneSize size) {
  std::vector<std::int32_t> found(static_cast<std::size_t>(size.pixels()), -7);
  find_places(distortion, size, found);
  return found;
}

// Pixels are numbered 0 … 8 row by row; 9 is outside.
TEST(Places, WithoutDistortionAreThePixelsThemselves) {
  EXPECT_THAT(places({}, {3, 3}), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8));
}

TEST(Places, OfACropComeFromBelowAndRight) {
  EXPECT_THAT(places({.down = 1, .right = 1}, {3, 3}), ElementsAre(4, 5, 9, 7, 8, 9, 9, 9, 9));
  EXPECT_THAT(places({.down = -1, .right = 0}, {3, 3}), ElementsAre(9, 9, 9, 0, 1, 2, 3, 4, 5));
}

TEST(Places, OfAMirrorImageRunBackwards) {
  EXPECT_THAT(places({.flipped = true}, {2, 3}), ElementsAre(2, 1, 0, 5, 4, 3));
}

TEST(Places, AreCroppedBeforeTheyAreMirrored) {  // crop: 1 2 · / 4 5 · / 7 8 ·
  EXPECT_THAT(places({.right = 1, .flipped = true}, {3, 3}), ElementsAre(9, 2, 1, 9, 5, 4, 9, 8, 7));
}

TEST(Places, OfAQuarterTurnCounterClockwiseBringTheRightColumnToTheTop) {
  EXPECT_THAT(places({.degrees = 90}, {3, 3}), ElementsAre(2, 5, 8, 1, 4, 7, 0, 3, 6));
}

TEST(Places, AreMirroredBeforeTheyAreRotated) {  // mirrored: 2 1 0 / 5 4 3 / 8 7 6
  EXPECT_THAT(places({.flipped = true, .degrees = 90}, {3, 3}), ElementsAre(0, 3, 6, 1, 4, 7, 2, 5, 8));
}

// By hand: cos 45° = sin 45° = .7071, offsets from the centre −1, 0, 1. The corner (−1, −1) comes from (0, −1.41),
// still inside the middle pixel of the top row; that one, (0, −1), from (.71, −.71), which is the corner on the right.
TEST(Places, OfAnEighthTurnTakeTheNearestPixelAndLeaveTheCornersEmpty) {
  EXPECT_THAT(places({.degrees = 45}, {3, 3}), ElementsAre(1, 2, 5, 0, 4, 8, 3, 6, 7));
  const auto larger = places({.degrees = 45}, {9, 9});
  EXPECT_THAT((std::array{larger[0], larger[8], larger[72], larger[80], larger[40]}), ElementsAre(81, 81, 81, 81, 40));
}

// Planes of two pixels and the one outside; channel c turns a byte b into 100 · c + b.
TEST(Gather, LooksUpEveryPixelOfEveryChannelAndTheOneOutside) {
  constexpr std::int64_t kChannels = 5;
  const std::vector<std::uint8_t> planes{1, 2, 0, 3, 4, 0, 5, 6, 0, 7, 8, 0, 9, 10, 0};
  std::vector<float> values;
  for (int channel = 0; channel < kChannels; ++channel) {
    for (int byte = 0; byte < 256; ++byte) values.push_back(static_cast<float>(100 * channel + byte));
  }
  const std::array<std::int32_t, 2> from{2, 0};
  std::array<float, 2 * kChannels> into{};
  gather(from, kChannels, planes.data(), values.data(), into.data());
  EXPECT_THAT(into, ElementsAreArray({0.F, 1.F, 100.F, 103.F, 200.F, 205.F, 300.F, 307.F, 400.F, 409.F}));
}

// χ² of 9 equally likely offsets, 99.9 % quantile of 8 degrees of freedom; one in two flipped within 4 standard errors.
TEST(Distortions, AreUniformOverOffsetsSidesAndAngles) {
  std::array<int, 9> down{};
  std::array<int, 9> right{};
  int flipped = 0;
  double degrees = 0;
  double squares = 0;
  for (std::uint64_t i = 0; i < 9000; ++i) {
    const auto drawn = draw_distortion({}, RandomNumbers(RandomStreams(1).seed("", i)));
    ++down.at(static_cast<std::size_t>(drawn.down + 4));
    ++right.at(static_cast<std::size_t>(drawn.right + 4));
    flipped += drawn.flipped ? 1 : 0;
    degrees += drawn.degrees;
    squares += drawn.degrees * drawn.degrees;
    ASSERT_LE(std::abs(drawn.degrees), 15);
  }
  const auto chi_square = [](const std::array<int, 9>& counts) {
    return std::accumulate(counts.begin(), counts.end(), 0.0,
                           [](double sum, int count) { return sum + (count - 1000.0) * (count - 1000.0) / 1000; });
  };
  EXPECT_LT(chi_square(down), 26.12);
  EXPECT_LT(chi_square(right), 26.12);
  EXPECT_NEAR(flipped, 4500, 190);
  EXPECT_NEAR(degrees / 9000, 0, 0.37);       // standard error 15 / √3 / √9000
  EXPECT_NEAR(squares / 9000, 75, 4 * 0.71);  // 15² / 3; standard error √(15⁴ · 4 / 45 / 9000)
}

TEST(Distortions, LeaveOutWhatIsSwitchedOffAndKeepTheRest) {
  const RandomNumbers numbers(3);
  const auto all = draw_distortion({}, numbers);
  const auto some = draw_distortion({.pad = 0, .flip = false}, numbers);
  EXPECT_EQ(some.down, 0);
  EXPECT_EQ(some.right, 0);
  EXPECT_FALSE(some.flipped);
  EXPECT_EQ(some.degrees, all.degrees);
}

TEST(AugmentationOptions, OutsideTheirRangeAreErrors) {
  const Json config{{"pad", -1}};
  JsonReader reader(config, "test");
  try {
    parse_augmentation(reader);
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), HasSubstr("at pad: expected a whole number in [0, 1024], found -1"));
  }
}

}  // namespace
}  // namespace nero_bench
