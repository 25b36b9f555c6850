// Facts about the published data sets, on the files themselves. Skipped where a set is not installed.

#include <ATen/ops/bincount.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/errors.h"
#include "base/hashing.h"
#include "learning/data/idx_images.h"
#include "learning/data/loaded.h"

namespace nero_bench {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

bool is_installed(const IdxImageSet& set) {
  try {
    idx_images_folder(set, {});
    return true;
  } catch (const DataError&) {
    return false;
  }
}

LoadedSet load(const std::string& name) {
  const Json config{{"name", name}};
  JsonReader reader(config, "test");
  return LoadedSet(parse_image_data_set(reader)({"", "none"}));
}

std::vector<std::int64_t> class_counts(const Examples& examples) {
  const auto counts = at::bincount(examples.labels, {}, 10);
  return {counts.const_data_ptr<std::int64_t>(), counts.const_data_ptr<std::int64_t>() + counts.numel()};
}

// The set's mean and deviation are those of its training pixels, rounded to four decimals.
void expect_standardised(const Examples& examples, double deviation) {
  const auto pixels = examples.inputs.to(at::kDouble);
  EXPECT_NEAR(pixels.mean().item<double>(), 0, 0.5e-4 / deviation);
  EXPECT_NEAR(pixels.std().item<double>(), 1, 0.5e-4 / deviation);
}

TEST(PublishedFashionMnist, HasAsManyImagesOfEveryClassAndItsPixelStatistics) {
  if (!is_installed(fashion_mnist())) GTEST_SKIP() << "Fashion-MNIST is not installed";
  const auto set = load("fashion_mnist");
  EXPECT_EQ(set.train.size(), 60'000);
  EXPECT_EQ(set.test.size(), 10'000);
  EXPECT_THAT(class_counts(set.train), Each(6'000));
  EXPECT_THAT(class_counts(set.test), Each(1'000));
  expect_standardised(set.train, 0.3530);
}

TEST(PublishedMnist, HasItsClassCountsAndPixelStatistics) {
  if (!is_installed(mnist())) GTEST_SKIP() << "MNIST is not installed";
  const auto set = load("mnist");
  EXPECT_THAT(class_counts(set.train), ElementsAre(5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949));
  EXPECT_THAT(class_counts(set.test), ElementsAre(980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009));
  expect_standardised(set.train, 0.3081);
}

class PublishedSet : public testing::TestWithParam<const IdxImageSet*> {};
INSTANTIATE_TEST_SUITE_P(, PublishedSet, testing::Values(&mnist(), &fashion_mnist()),
                         [](const auto& set) { return set.param->name; });

TEST_P(PublishedSet, IsTheOneOfTheKnownChecksums) {
  if (!is_installed(*GetParam())) GTEST_SKIP() << GetParam()->name << " is not installed";
  EXPECT_THAT(verify_idx_images(*GetParam(), {}), Each(Field(&FileCheck::problem, IsEmpty())));
}

ImageDataSet load_cifar10(const std::string& form) {
  const Json config{{"name", "cifar10"}, {"form", form}};
  JsonReader reader(config, "test");
  return parse_image_data_set(reader)({"", "none"});
}

bool cifar10_is_installed() {
  try {
    find_data_folder({}, "cifar10", "cifar10", "cifar-10-batches-bin", "");
    find_data_folder({}, "cifar10", "cifar10", "train", "");
    return true;
  } catch (const DataError&) {
    return false;
  }
}

// Class and standardised pixels of every image, in no order.
std::multiset<std::string> contents(ImageSplit& split) {
  std::multiset<std::string> found;
  const auto all = all_of(split);
  for (std::int64_t i = 0; i < all.size(); ++i) {
    const auto image = all.inputs[i];
    found.insert(std::to_string(all.labels[i].item<std::int64_t>()) + ":" +
                 sha256_hex({static_cast<const char*>(image.const_data_ptr()), image.nbytes()}));
  }
  return found;
}

// Means of the training pixels: those of the set within what a lossy copy of it changes.
TEST(PublishedCifar10, HasItsClassCountsAndPixelStatistics) {
  if (!cifar10_is_installed()) GTEST_SKIP() << "CIFAR-10 is not installed in both its forms";
  const LoadedSet set(load_cifar10("batches"));
  EXPECT_THAT(class_counts(set.train), Each(5'000));
  EXPECT_THAT(class_counts(set.test), Each(1'000));
  for (int channel = 0; channel < 3; ++channel)
    EXPECT_NEAR(set.train.inputs.select(1, channel).mean().item<double>(), 0, 0.001) << channel;
}

TEST(PublishedCifar10, HoldsTheSameImagesInBothItsForms) {
  if (!cifar10_is_installed()) GTEST_SKIP() << "CIFAR-10 is not installed in both its forms";
  const auto batches = load_cifar10("batches");
  const auto images = load_cifar10("images");
  EXPECT_EQ(contents(*batches.test), contents(*images.test));
  EXPECT_EQ(contents(*batches.train), contents(*images.train));
}

}  // namespace
}  // namespace nero_bench
