#pragma once
#include "learning/models/convolutional_model.h"

namespace nero_bench {

BuildModel parse_vgg11(JsonReader& json);

// Eight convolutions 3×3 without bias, a ReLU after each, five of them followed by a 2×2 maximum; then two hidden
// layers of 4096 neurons with ReLU and dropout ½, and the logits. No batch norm (figures 1, 2 and 6). Images of at
// least 32×32.
class Vgg11 final : public ConvolutionalModel {
 public:
  Vgg11(const ConvolutionalOptions& options, const ModelSetting& setting);
  at::Tensor features(const at::Tensor& images, const Pass& pass) override;
  at::Tensor head(const at::Tensor& features) override;

 private:
  struct Stage {
    Convolution convolution;
    bool halves = false;  // a 2×2 maximum follows
  };
  std::vector<Stage> stages_;
  std::vector<Linear> hidden_;
  Linear logits_;
};

}  // namespace nero_bench
