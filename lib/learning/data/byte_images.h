#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "learning/data/augmentation.h"
#include "learning/data/image_split.h"

namespace nero_bench {

// (x / 255 − mean) / deviation, channel by channel.
struct Standardisation {
  std::vector<double> mean;
  std::vector<double> deviation;

  // [channels · 256]: what each byte becomes, rounded as float32 operations one after the other would.
  std::vector<float> table() const;
};

// A split kept as bytes in memory, and on a GPU once more in its memory. A batch is one gather an image, on a GPU one
// launch: distortion, conversion and standardisation at once.
class ByteImages final : public ImageSplit {
 public:
  // inputs: uint8 [samples, channels, height, width], on the CPU and only read.
  ByteImages(const Examples& bytes, const Standardisation& standardisation,
             const AugmentationOptions& augmentation = kNoAugmentation);

  std::int64_t size() const override { return labels_.size(0); }
  std::vector<std::int64_t> image_shape() const override { return images_.sizes().slice(1).vec(); }
  at::Tensor labels() const override { return labels_; }
  void move_to(at::Device device) override;
  Examples batch(const BatchRequest& request) override;

  // What happens to one image under a seed.
  Distortion distortion_of(std::int64_t image, std::uint64_t seed) const;

  // What a GPU is told of a batch, one for each image of the request.
  void describe(const BatchRequest& request, std::span<GatheredImage> batch) const;

 private:
  class Worker;

  // What lies on a GPU.
  struct Resident {
    at::Tensor images;  // uint8 [samples, channels, height, width]
    at::Tensor labels;
    at::Tensor values;  // float32 [channels · 256]
  };

  PlaneSize plane() const { return {images_.size(2), images_.size(3)}; }
  Examples batch_on_host(const BatchRequest& request) const;
  Examples batch_on_device(const BatchRequest& request) const;

  at::Tensor images_;
  at::Tensor labels_;
  std::vector<float> table_;
  AugmentationOptions augmentation_;
  std::optional<Resident> resident_;
};

}  // namespace nero_bench
