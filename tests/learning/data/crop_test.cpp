#include "learning/data/crop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "learning/data/augmentation.h"
#include "learning/data/image_folder.h"

namespace nero_bench {
namespace {

// Section 2.5 of the paper's experiments.
TEST(Crop, IsByDefaultThatOfThePaper) {
  const CropOptions options;
  EXPECT_EQ(options.size, 224);
  EXPECT_EQ(options.resize, 256);
  EXPECT_EQ(options.smallest_area, 0.08);
  EXPECT_EQ(options.largest_aspect, 4.0 / 3);
  EXPECT_TRUE(options.flip);
  const Json nothing = Json::object();
  JsonReader reader(nothing, "test");
  EXPECT_EQ(parse_crop(reader).resize, 256);
}

double length(const Stretch& stretch) { return stretch.to - stretch.from; }

constexpr std::int64_t kSide = 1000;  // so large that rounding to pixels is nothing
constexpr int kCuts = 20'000;

std::vector<Cut> random_cuts(const CropOptions& options, std::int64_t height, std::int64_t width) {
  std::vector<Cut> cuts;
  for (int i = 0; i < kCuts; ++i) cuts.push_back(random_cut(options, height, width, numbers_of_image(1, i)));
  return cuts;
}

// The largest distance between the distribution of the values and the uniform one (Kolmogorov and Smirnov). Of samples
// that are uniform it exceeds 1.95 / √n once in a thousand times.
double distance_to_uniform(std::vector<double> values, double low, double high) {
  std::sort(values.begin(), values.end());
  double distance = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double expected = (values[i] - low) / (high - low);
    const auto rank = static_cast<double>(i), count = static_cast<double>(values.size());
    distance = std::max({distance, std::abs(expected - rank / count), std::abs(expected - (rank + 1) / count)});
  }
  return distance;
}

template <class Of>
std::vector<double> of_all(const std::vector<Cut>& cuts, const Of& of) {
  std::vector<double> values;
  for (const auto& cut : cuts) values.push_back(of(cut));
  return values;
}

// Up to half the image any part fits, whatever its aspect: among those none is missing for being tried again.
TEST(RandomCut, HasAUniformAreaAndALogUniformAspect) {
  CropOptions options;
  auto cuts = random_cuts(options, kSide, kSide);
  std::erase_if(cuts,
                [](const Cut& cut) { return length(cut.vertical) * length(cut.horizontal) > 0.5 * kSide * kSide; });
  EXPECT_GT(cuts.size(), kCuts * 2 / 5);
  const double tolerance = 1.95 / std::sqrt(cuts.size()) + 0.002;  // for the rounding to pixels
  const auto areas = of_all(cuts, [](const Cut& cut) { return length(cut.vertical) * length(cut.horizontal); });
  EXPECT_LT(distance_to_uniform(areas, 0.08 * kSide * kSide, 0.5 * kSide * kSide), tolerance);
  const auto aspects =
      of_all(cuts, [](const Cut& cut) { return std::log(length(cut.horizontal) / length(cut.vertical)); });
  EXPECT_LT(distance_to_uniform(aspects, -std::log(4.0 / 3), std::log(4.0 / 3)), tolerance);
}

// Squares of less than half the side have more than 500 places along either.
TEST(RandomCut, LiesAnywhereInTheImageAndIsMirroredHalfTheTime) {
  auto cuts = random_cuts({.largest_aspect = 1}, kSide, kSide);
  const auto mirrored = std::count_if(cuts.begin(), cuts.end(), [](const Cut& cut) { return cut.flipped; });
  EXPECT_NEAR(static_cast<double>(mirrored), kCuts / 2, 3.3 * std::sqrt(kCuts) / 2);
  for (const auto& cut : cuts) {
    ASSERT_GE(std::min(cut.vertical.from, cut.horizontal.from), 0);
    ASSERT_LE(std::max(cut.vertical.to, cut.horizontal.to), kSide);
    ASSERT_EQ(cut.vertical.size, 224);
    ASSERT_EQ(cut.vertical.count, 224);
  }
  std::erase_if(cuts, [](const Cut& cut) { return length(cut.vertical) >= kSide / 2; });
  const double tolerance = 1.95 / std::sqrt(cuts.size()) + 0.002;
  const auto place = [](const Stretch& stretch) { return stretch.from / (kSide - length(stretch) + 1); };
  const auto down = of_all(cuts, [&](const Cut& cut) { return place(cut.vertical); });
  EXPECT_LT(distance_to_uniform(down, 0, 1), tolerance);
  const auto right = of_all(cuts, [&](const Cut& cut) { return place(cut.horizontal); });
  EXPECT_LT(distance_to_uniform(right, 0, 1), tolerance);
}

TEST(RandomCut, IsNeverMirroredWhereThatIsOff) {
  for (const auto& cut : random_cuts({.flip = false}, 300, 300)) ASSERT_FALSE(cut.flipped);
}

// A strip of 2000 × 100 holds no part of 90 % of its area at an aspect of at most 4:3.
TEST(RandomCut, ThatDoesNotFitIsAsMuchOfTheCentreAsTheAspectAllows) {
  const CropOptions options{.smallest_area = 0.9};
  const auto wide = random_cut(options, 100, 2000, numbers_of_image(1, 1));
  EXPECT_EQ(wide.vertical.from, 0);
  EXPECT_EQ(wide.vertical.to, 100);
  EXPECT_EQ(wide.horizontal.from, 933);  // (2000 − 133) / 2, rounded down
  EXPECT_EQ(wide.horizontal.to, 933 + 133);
  const auto tall = random_cut(options, 2000, 100, numbers_of_image(1, 1));
  EXPECT_EQ(tall.vertical.from, 933);
  EXPECT_EQ(tall.vertical.to, 933 + 133);
  EXPECT_EQ(tall.horizontal.to, 100);
}

// The shorter side to 256: 512 × 384 becomes 341 × 256, of which rows 58 to 281 and columns 16 to 239 are the centre.
TEST(CentreCut, IsTheMiddleOfTheImageScaledByItsShorterSide) {
  const auto cut = centre_cut({}, 512, 384);
  EXPECT_EQ(cut.vertical.from, 0);
  EXPECT_EQ(cut.vertical.to, 512);
  EXPECT_EQ(cut.vertical.size, 341);
  EXPECT_EQ(cut.vertical.first, 58);  // 58.5, as Python rounds it
  EXPECT_EQ(cut.vertical.count, 224);
  EXPECT_EQ(cut.horizontal.size, 256);
  EXPECT_EQ(cut.horizontal.first, 16);
  EXPECT_FALSE(cut.flipped);
}

TEST(ImageNetDescription, HasTheMeansAndDeviationsOfThePaperAsDefaults) {
  auto reader = JsonReader::describing();
  parse_image_folder(reader, image_net());
  const auto fallback = [&](const std::string& name) {
    for (const auto& option : reader.description()) {
      if (option.at("name") == name) return option.at("default");
    }
    return Json();
  };
  EXPECT_EQ(fallback("mean"), Json({0.485, 0.456, 0.406}));
  EXPECT_EQ(fallback("standard_deviation"), Json({0.229, 0.224, 0.225}));
  EXPECT_EQ(fallback("train"), "train");
  EXPECT_EQ(fallback("test"), "val");
}

}  // namespace
}  // namespace nero_bench
