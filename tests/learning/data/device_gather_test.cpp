// What a GPU makes of a batch: its kernel run on the processor (cuda_on_host.h), from what it is told, against the
// batch that the processor makes. tests/learning/kernels/cuda/device_gather_test.cpp runs it on a GPU.
#include "learning/kernels/cuda_on_host.h"
//
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/randint.h>
#include <gtest/gtest.h>

#include "learning/data/byte_images.h"
#include "learning/kernels/cuda/gather.cuh"

namespace nero_bench {
namespace {

constexpr std::int64_t kImages = 40;

// Images of [channels, height, width], and channels · 256 values that tell channels apart.
class Gathered {
 public:
  Gathered(std::int64_t channels, std::int64_t height, std::int64_t width, const AugmentationOptions& augmentation)
      : bytes_(at::randint(0, 256, {kImages, channels, height, width}, at::make_generator<at::CPUGeneratorImpl>(1),
                           at::kByte)),
        standardisation_{std::vector<double>(static_cast<std::size_t>(channels), 0.4),
                         std::vector<double>(static_cast<std::size_t>(channels), 0.25)},
        split_({bytes_, at::arange(kImages, at::kLong)}, with_own_values(standardisation_), augmentation) {}

  at::Tensor by_the_kernel(const BatchRequest& request) const {
    std::vector<GatheredImage> batch(request.images.size());
    split_.describe(request, batch);
    const auto values = standardisation_.table();
    const ByteImageSet set{bytes_.const_data_ptr<std::uint8_t>(), values.data(), side(1), side(2), side(3)};
    const auto count = static_cast<std::int64_t>(batch.size());
    const auto into = at::empty({count, bytes_.size(1), bytes_.size(2), bytes_.size(3)}, at::kFloat);
    cuda_on_host::launch(static_cast<int>(count), kBlockSize,
                         [&] { gather_kernel(set, batch.data(), into.mutable_data_ptr<float>()); });
    return into;
  }

  at::Tensor by_the_processor(const BatchRequest& request) { return split_.batch(request).inputs; }

 private:
  static const Standardisation& with_own_values(Standardisation& standardisation) {
    for (std::size_t i = 0; i < standardisation.mean.size(); ++i)
      standardisation.mean[i] += static_cast<double>(i) / 10;
    return standardisation;
  }
  std::int32_t side(std::int64_t dimension) const { return static_cast<std::int32_t>(bytes_.size(dimension)); }

  at::Tensor bytes_;
  Standardisation standardisation_;
  ByteImages split_;
};

TEST(DeviceGather, MakesTheBatchesOfTheProcessorToTheLastBit) {
  std::vector<std::int64_t> backwards;
  for (std::int64_t i = kImages - 1; i >= 0; --i) backwards.push_back(i);
  for (const auto& augmentation :
       {AugmentationOptions{}, AugmentationOptions{.pad = 1024, .flip = true, .rotation = 180},
        AugmentationOptions{.pad = 0, .flip = true, .rotation = 0}, kNoAugmentation}) {
    Gathered cifar(3, 32, 32, augmentation);
    for (const std::uint64_t seed : {0, 7}) {
      const BatchRequest request{backwards, seed};
      EXPECT_TRUE(at::equal(cifar.by_the_kernel(request), cifar.by_the_processor(request)));
    }
  }
}

TEST(DeviceGather, TakesImagesOfAnyShape) {
  for (const auto& [channels, height, width] : {std::tuple{1, 28, 28}, {4, 9, 40}, {2, 1, 300}, {3, 17, 16}}) {
    Gathered images(channels, height, width, {});
    const BatchRequest request{{5, 0, 5, 39}, 3};
    EXPECT_TRUE(at::equal(images.by_the_kernel(request), images.by_the_processor(request))) << height << "x" << width;
  }
}

TEST(DeviceGather, WithoutASeedLeavesImagesAsTheyAre) {
  Gathered images(3, 32, 32, {});
  const BatchRequest request{{4, 3}, std::nullopt};
  EXPECT_TRUE(at::equal(images.by_the_kernel(request), images.by_the_processor(request)));
}

}  // namespace
}  // namespace nero_bench
