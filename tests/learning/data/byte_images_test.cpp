#include "learning/data/byte_images.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include "learning/data/loaded.h"

namespace nero_bench {
namespace {

constexpr std::int64_t kImages = 40;

at::Tensor random_bytes() {
  return at::randint(0, 256, {kImages, 3, 32, 32}, at::make_generator<at::CPUGeneratorImpl>(0), at::kByte);
}

const Standardisation kCifar{{0.4914, 0.4822, 0.4465}, {0.2023, 0.1994, 0.2010}};

ByteImages random_images(const AugmentationOptions& augmentation = {}) {
  return {{random_bytes(), at::arange(kImages, at::kLong)}, kCifar, augmentation};
}

TEST(ByteImages, WithoutAugmentationAreStandardisedAsLibTorchDoesIt) {
  auto images = random_images();
  const auto mean = at::tensor({0.4914, 0.4822, 0.4465}, at::kFloat).reshape({3, 1, 1});
  const auto deviation = at::tensor({0.2023, 0.1994, 0.2010}, at::kFloat).reshape({3, 1, 1});
  EXPECT_TRUE(at::equal(all_of(images).inputs, (random_bytes().to(at::kFloat) / 255 - mean) / deviation));
}

TEST(ByteImages, AreThoseAskedForInTheOrderAskedFor) {
  auto images = random_images();
  const auto all = all_of(images).inputs;
  const auto some = images.batch({{7, 0, 7}, std::nullopt});
  EXPECT_TRUE(at::equal(some.labels, at::tensor({7, 0, 7}, at::kLong)));
  EXPECT_TRUE(at::equal(some.inputs[0], all[7]));
  EXPECT_TRUE(at::equal(some.inputs[1], all[0]));
  EXPECT_TRUE(at::equal(some.inputs[2], all[7]));
}

TEST(ByteImages, AreAugmentedByTheirNumberAndTheSeedAlone) {
  auto images = random_images();
  const auto all = all_of(images, 5).inputs;
  EXPECT_TRUE(at::equal(images.batch({{31, 2}, 5}).inputs[0], all[31]));
  EXPECT_FALSE(at::equal(images.batch({{31, 2}, 6}).inputs[0], all[31]));
  EXPECT_FALSE(at::equal(all_of(images).inputs[31], all[31]));
}

TEST(ByteImages, AreTheSameForAnyNumberOfThreads) {
  auto images = random_images();
  const int before = at::get_num_threads();
  at::set_num_threads(1);
  const auto alone = all_of(images, 9).inputs;
  at::set_num_threads(4);
  const auto together = all_of(images, 9).inputs;
  at::set_num_threads(before);
  EXPECT_TRUE(at::equal(alone, together));
}

TEST(ByteImages, OfAMovedImageAreBlackOutsideIt) {  // (0 − mean) / deviation
  auto images = random_images({.pad = 64, .flip = false, .rotation = 0});
  std::uint64_t seed = 0;  // one that moves the first image out of sight
  while (std::abs(images.distortion_of(0, seed).down) < 32) ++seed;
  const auto image = images.batch({{0}, seed}).inputs[0];
  EXPECT_FLOAT_EQ(image[0].max().item<float>(), -0.4914F / 0.2023F);
  EXPECT_FLOAT_EQ(image[2].min().item<float>(), -0.4465F / 0.2010F);
  EXPECT_FLOAT_EQ(image[2].max().item<float>(), -0.4465F / 0.2010F);
}

TEST(ByteImages, WithoutAnyAugmentationAreTheSameWhateverTheSeed) {
  auto images = random_images({.pad = 0, .flip = false, .rotation = 0});
  EXPECT_TRUE(at::equal(all_of(images, 3).inputs, all_of(images).inputs));
}

}  // namespace
}  // namespace nero_bench
