#pragma once
#include <array>
#include <optional>

#include "learning/models/convolutional_model.h"

namespace nero_bench {

BuildModel parse_resnet18(JsonReader& json);
BuildModel parse_resnet50(JsonReader& json);

// What distinguishes one residual network from another.
struct ResNetForm {
  std::array<int, 4> blocks;  // of stages with 64, 128, 256 and 512 channels
  bool bottleneck = false;    // blocks of 1×1, 3×3, 1×1 that put out four times the channels, instead of two 3×3
  bool large_images = false;  // stem of 7×7 with stride 2, ReLU and a 3×3 maximum, instead of 3×3 without either
};

// Residual networks (He et al. 2016): a stem, four stages of blocks, each but the first halving the image, the mean
// over what is left of it, and the logits. Every convolution is without bias and followed by batch norm. `resnet18` is
// the form for CIFAR of figure 6, whose stem has no ReLU; `resnet50` that for ImageNet of figure 4, whose tensors have
// the order and the names of torchvision's.
class ResNet final : public ConvolutionalModel {
 public:
  ResNet(const ResNetForm& form, const ConvolutionalOptions& options, const ModelSetting& setting);
  at::Tensor features(const at::Tensor& images, const Pass& pass) override;
  at::Tensor head(const at::Tensor& features) override;

 private:
  // x ← ReLU(path(x) + shortcut(x)), a ReLU between the convolutions of the path.
  struct Block {
    std::vector<NormalisedConvolution> path;
    std::optional<NormalisedConvolution> shortcut;  // else the identity

    at::Tensor operator()(const at::Tensor& x, const Pass& pass) const;
  };

  // A block of `form` named `name`; `in` becomes the number of channels that it puts out.
  Block block(const std::string& name, const ResNetForm& form, std::int64_t& in, std::int64_t channels,
              std::int64_t stride);
  NormalisedConvolution normalised(const std::string& convolution, const std::string& norm, std::int64_t in,
                                   std::int64_t out, std::int64_t kernel, std::int64_t stride);

  bool large_images_;
  NormalisedConvolution stem_;
  std::vector<Block> blocks_;
  Linear logits_;
};

}  // namespace nero_bench
