// The gather of a batch on a GPU, against a plain loop. Skips where there is none; tests/learning/data runs the same
// kernel on the processor.
#include "learning/kernels/cuda/device_gather.h"

#include <cuda_runtime_api.h>
#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace nero_bench {
namespace {

constexpr std::int32_t kChannels = 3, kHeight = 32, kWidth = 40, kImages = 50;
constexpr std::size_t kPlane = kHeight * kWidth;
constexpr std::int32_t kOne = 65536;  // in 16.16 fixed point

template <class T>
class Device {
 public:
  explicit Device(const std::vector<T>& values) : bytes_(values.size() * sizeof(T)) {
    EXPECT_EQ(cudaMalloc(reinterpret_cast<void**>(&data_), bytes_), cudaSuccess);
    EXPECT_EQ(cudaMemcpy(data_, values.data(), bytes_, cudaMemcpyHostToDevice), cudaSuccess);
  }
  ~Device() { cudaFree(data_); }
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;
  T* get() const { return data_; }
  std::vector<T> values() const {
    std::vector<T> values(bytes_ / sizeof(T));
    EXPECT_EQ(cudaMemcpy(values.data(), data_, bytes_, cudaMemcpyDeviceToHost), cudaSuccess);
    return values;
  }

 private:
  T* data_ = nullptr;
  std::size_t bytes_;
};

// Moved by (down, right), and mirrored: what needs no rotation can be said without fixed point.
PixelMap moved(std::int32_t down, std::int32_t right, bool mirrored) {
  return {kOne / 2, kOne / 2, kOne, 0, 0, kOne, down, right + (mirrored ? kWidth - 1 : 0), mirrored ? -1 : 1};
}

TEST(DeviceGatherOnGpu, TakesEveryPixelFromWhereTheMapSays) {
  int devices = 0;
  if (cudaGetDeviceCount(&devices) != cudaSuccess || devices == 0) GTEST_SKIP() << "no NVIDIA GPU here";
  std::mt19937 random(1);
  std::vector<std::uint8_t> bytes(kImages * kChannels * kPlane);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  std::vector<float> values(kChannels * 256);
  for (auto& value : values) value = static_cast<float>(random());
  std::vector<GatheredImage> batch;
  std::vector<float> expected;
  for (const std::int32_t down : {-40, -3, 0, 4}) {
    for (const std::int32_t right : {-2, 0, 5}) {
      for (const bool mirrored : {false, true}) {
        const auto number = static_cast<std::size_t>(random() % kImages);
        batch.push_back({static_cast<std::int64_t>(number), moved(down, right, mirrored)});
        for (std::int32_t i = 0; i < kChannels * static_cast<std::int32_t>(kPlane); ++i) {
          const auto channel = static_cast<std::size_t>(i) / kPlane;
          const std::int32_t row = i / kWidth % kHeight + down;
          const std::int32_t column = (mirrored ? kWidth - 1 - i % kWidth : i % kWidth) + right;
          const bool there = row >= 0 && row < kHeight && column >= 0 && column < kWidth;
          const auto place = static_cast<std::size_t>(there ? row * kWidth + column : 0);
          const auto byte = there ? bytes[(number * kChannels + channel) * kPlane + place] : 0;
          expected.push_back(values[channel * 256 + byte]);
        }
      }
    }
  }
  const Device<std::uint8_t> images(bytes);
  const Device<float> becoming(values), into(std::vector<float>(expected.size(), -1));
  const Device<GatheredImage> there(batch);
  gather_on_device({images.get(), becoming.get(), kChannels, kHeight, kWidth}, there.get(),
                   static_cast<std::int64_t>(batch.size()), into.get(), nullptr);
  ASSERT_EQ(cudaDeviceSynchronize(), cudaSuccess);
  EXPECT_EQ(into.values(), expected);
}

}  // namespace
}  // namespace nero_bench
