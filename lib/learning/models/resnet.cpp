#include "learning/models/resnet.h"

#include <ATen/ops/max_pool2d.h>

namespace nero_bench {
namespace {

constexpr ResNetForm kResNet18{.blocks = {2, 2, 2, 2}};
constexpr ResNetForm kResNet50{.blocks = {3, 4, 6, 3}, .bottleneck = true, .large_images = true};

BuildModel parse_resnet(JsonReader& json, const ResNetForm& form) {
  const auto options = parse_convolutional(json);
  return [form, options](const ModelSetting& setting) { return std::make_unique<ResNet>(form, options, setting); };
}

// One convolution of a block's path.
struct PathLayer {
  std::int64_t out;
  std::int64_t kernel;
  std::int64_t stride;
};

std::vector<PathLayer> path_layers(bool bottleneck, std::int64_t channels, std::int64_t stride) {
  if (bottleneck) return {{channels, 1, 1}, {channels, 3, stride}, {4 * channels, 1, 1}};
  return {{channels, 3, stride}, {channels, 3, 1}};
}

}  // namespace

BuildModel parse_resnet18(JsonReader& json) { return parse_resnet(json, kResNet18); }

BuildModel parse_resnet50(JsonReader& json) { return parse_resnet(json, kResNet50); }

ResNet::ResNet(const ResNetForm& form, const ConvolutionalOptions& options, const ModelSetting& setting)
    : ConvolutionalModel(options, setting), large_images_(form.large_images) {
  std::int64_t in = width(64);
  stem_ = normalised("conv1", "bn1", image_channels(), in, large_images_ ? 7 : 3, large_images_ ? 2 : 1);
  for (std::size_t stage = 0; stage < form.blocks.size(); ++stage) {
    const auto channels = width(64LL << stage);
    for (int i = 0; i < form.blocks[stage]; ++i) {
      const auto name = "layer" + std::to_string(stage + 1) + "." + std::to_string(i);
      blocks_.push_back(block(name, form, in, channels, stage > 0 && i == 0 ? 2 : 1));
    }
  }
  logits_ = linear("fc", in, classes());
}

NormalisedConvolution ResNet::normalised(const std::string& convolution_name, const std::string& norm_name,
                                         std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride) {
  const auto layer = convolution(convolution_name, in, out, kernel, stride);
  return {layer, batch_norm(norm_name, out)};
}

ResNet::Block ResNet::block(const std::string& name, const ResNetForm& form, std::int64_t& in, std::int64_t channels,
                            std::int64_t stride) {
  Block made;
  const std::int64_t block_in = in;
  for (const auto& layer : path_layers(form.bottleneck, channels, stride)) {
    const auto number = std::to_string(made.path.size() + 1);
    made.path.push_back(
        normalised(name + ".conv" + number, name + ".bn" + number, in, layer.out, layer.kernel, layer.stride));
    in = layer.out;
  }
  if (stride != 1 || block_in != in)
    made.shortcut = normalised(name + ".downsample.0", name + ".downsample.1", block_in, in, 1, stride);
  return made;
}

at::Tensor ResNet::Block::operator()(const at::Tensor& x, const Pass& pass) const {
  auto signal = x;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) signal = path[i](signal, pass).relu_();
  signal = path.back()(signal, pass);
  return signal.add_(shortcut ? (*shortcut)(x, pass) : x).relu_();
}

at::Tensor ResNet::features(const at::Tensor& images, const Pass& pass) {
  auto x = stem_(images, pass);
  if (large_images_) x = at::max_pool2d(x.relu_(), 3, 2, 1);
  for (const auto& block : blocks_) x = block(x, pass);
  return x.mean({2, 3});
}

at::Tensor ResNet::head(const at::Tensor& features) { return logits_(features); }

}  // namespace nero_bench
