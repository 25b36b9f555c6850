#pragma once
#include "learning/data/image_split.h"

namespace nero_bench {

// A split kept as it is shown: standardised floats in a tensor on the device. Nothing is random about it.
class TensorImages final : public ImageSplit {
 public:
  explicit TensorImages(Examples examples) : examples_(std::move(examples)) {}

  std::int64_t size() const override { return examples_.size(); }
  std::vector<std::int64_t> image_shape() const override { return examples_.inputs.sizes().slice(1).vec(); }
  at::Tensor labels() const override { return examples_.labels; }
  void move_to(at::Device device) override;
  Examples batch(const BatchRequest& request) override;

 private:
  Examples examples_;
};

}  // namespace nero_bench
