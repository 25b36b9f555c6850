#include "learning/data/byte_images.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/index_select.h>

#include <algorithm>
#include <cstring>

#include "learning/kernels/cuda/device_gather.h"
#include "learning/tensors/numbers_on.h"
#include "learning/tensors/stream.h"

namespace nero_bench {
namespace {

constexpr std::int64_t kPixelsWorthAThread = 16 * 1024;

}  // namespace

std::vector<float> Standardisation::table() const {
  std::vector<float> table;
  for (std::size_t channel = 0; channel < mean.size(); ++channel) {
    for (int byte = 0; byte < 256; ++byte) {
      const float value = static_cast<float>(byte) / 255.F;
      table.push_back((value - static_cast<float>(mean[channel])) / static_cast<float>(deviation[channel]));
    }
  }
  return table;
}

// One thread's part of a batch, with the memory it works in.
class ByteImages::Worker {
 public:
  Worker(const ByteImages& split, const BatchRequest& request)
      : split_(split),
        request_(request),
        size_(split.plane()),
        channels_(split.images_.size(1)),
        places_(static_cast<std::size_t>(size_.pixels())),
        planes_(static_cast<std::size_t>(channels_ * (size_.pixels() + 1))) {}

  void write(std::int64_t number, float* into) {
    const auto* image = split_.images_.const_data_ptr<std::uint8_t>() + number * channels_ * size_.pixels();
    if (request_.augmentation) {
      write_distorted(image, split_.distortion_of(number, *request_.augmentation), into);
    } else {
      for (std::int64_t channel = 0; channel < channels_; ++channel) {
        const auto* values = split_.table_.data() + channel * 256;
        const auto* plane = image + channel * size_.pixels();
        std::transform(plane, plane + size_.pixels(), into + channel * size_.pixels(),
                       [values](std::uint8_t byte) { return values[byte]; });
      }
    }
  }

 private:
  void write_distorted(const std::uint8_t* image, const Distortion& distortion, float* into) {
    const auto pixels = size_.pixels();
    for (std::int64_t channel = 0; channel < channels_; ++channel)  // the byte behind a plane stays zero
      std::memcpy(planes_.data() + channel * (pixels + 1), image + channel * pixels, static_cast<std::size_t>(pixels));
    find_places(distortion, size_, places_);
    gather(places_, channels_, planes_.data(), split_.table_.data(), into);
  }

  const ByteImages& split_;
  const BatchRequest& request_;
  PlaneSize size_;
  std::int64_t channels_;
  std::vector<std::int32_t> places_;
  std::vector<std::uint8_t> planes_;  // [channels, pixels + 1]
};

ByteImages::ByteImages(const Examples& bytes, const Standardisation& standardisation,
                       const AugmentationOptions& augmentation)
    : images_(bytes.inputs), labels_(bytes.labels), table_(standardisation.table()), augmentation_(augmentation) {}

Distortion ByteImages::distortion_of(std::int64_t image, std::uint64_t seed) const {
  return draw_distortion(augmentation_, numbers_of_image(seed, image));
}

void ByteImages::describe(const BatchRequest& request, std::span<GatheredImage> batch) const {
  for (std::size_t i = 0; i < request.images.size(); ++i) {
    const auto number = request.images[i];
    const auto distortion = request.augmentation ? distortion_of(number, *request.augmentation) : Distortion{};
    batch[i] = {number, pixel_map(distortion, plane())};
  }
}

void ByteImages::move_to(at::Device device) {
  resident_.reset();
  if (device.is_cpu()) return;
  const auto values = at::empty({static_cast<std::int64_t>(table_.size())}, at::kFloat);
  std::copy(table_.begin(), table_.end(), values.mutable_data_ptr<float>());
  resident_ = Resident{images_.to(device), labels_.to(device), values.to(device)};
}

Examples ByteImages::batch(const BatchRequest& request) {
  return resident_ ? batch_on_device(request) : batch_on_host(request);
}

Examples ByteImages::batch_on_host(const BatchRequest& request) const {
  BatchRequest wanted = request;
  if (!augmentation_.any()) wanted.augmentation.reset();
  const auto count = static_cast<std::int64_t>(wanted.images.size());
  auto shape = image_shape();
  shape.insert(shape.begin(), count);
  const auto inputs = at::empty(shape, at::kFloat);
  const auto labels = at::empty({count}, at::kLong);
  const std::int64_t floats = images_[0].numel();
  const std::int64_t grain = std::max<std::int64_t>(1, kPixelsWorthAThread / floats);
  at::parallel_for(0, count, grain, [&](std::int64_t first, std::int64_t last) {
    Worker worker(*this, wanted);
    for (std::int64_t i = first; i < last; ++i) {
      const auto number = wanted.images[static_cast<std::size_t>(i)];
      worker.write(number, inputs.mutable_data_ptr<float>() + i * floats);
      labels.mutable_data_ptr<std::int64_t>()[i] = labels_.const_data_ptr<std::int64_t>()[number];
    }
  });
  return {inputs, labels};
}

// The host draws what is random, which takes it microseconds, and does not wait.
Examples ByteImages::batch_on_device(const BatchRequest& request) const {
  const auto count = static_cast<std::int64_t>(request.images.size());
  const auto device = resident_->images.device();
  const auto pinned = at::TensorOptions().dtype(at::kByte).pinned_memory(true);  // so that nobody waits for the copy
  const auto batch = at::empty({count * static_cast<std::int64_t>(sizeof(GatheredImage))}, pinned);
  describe(request, {static_cast<GatheredImage*>(batch.mutable_data_ptr()), request.images.size()});

  const auto batch_there = batch.to(device, /*non_blocking=*/true);
  auto shape = image_shape();
  shape.insert(shape.begin(), count);
  const auto inputs = at::empty(shape, at::TensorOptions(device).dtype(at::kFloat));
  const ByteImageSet set{resident_->images.const_data_ptr<std::uint8_t>(), resident_->values.const_data_ptr<float>(),
                         static_cast<std::int32_t>(shape[1]), static_cast<std::int32_t>(shape[2]),
                         static_cast<std::int32_t>(shape[3])};
  gather_on_device(set, static_cast<const GatheredImage*>(batch_there.const_data_ptr()), count,
                   inputs.mutable_data_ptr<float>(), current_stream(device));
  return {inputs, resident_->labels.index_select(0, numbers_on(device, request.images))};
}

}  // namespace nero_bench
