#include "learning/models/vgg11.h"

#include <ATen/ops/max_pool2d.h>

#include <array>
#include <utility>

#include "base/errors.h"

namespace nero_bench {
namespace {

constexpr double kDropout = 0.5;
constexpr std::int64_t kShrinking = 32;  // five halvings

// Channels, and whether a 2×2 maximum follows.
constexpr std::array<std::pair<std::int64_t, bool>, 8> kStages{
    {{64, true}, {128, true}, {256, false}, {256, true}, {512, false}, {512, true}, {512, false}, {512, true}}};

}  // namespace

BuildModel parse_vgg11(JsonReader& json) {
  const auto options = parse_convolutional(json);
  return [options](const ModelSetting& setting) { return std::make_unique<Vgg11>(options, setting); };
}

Vgg11::Vgg11(const ConvolutionalOptions& options, const ModelSetting& setting) : ConvolutionalModel(options, setting) {
  if (image_height() < kShrinking || image_width() < kShrinking) {
    throw ConfigError("task.model: vgg11 expects images of at least 32x32 pixels, found " +
                      std::to_string(image_height()) + "x" + std::to_string(image_width()) +
                      "; choose another model or data set");
  }
  std::int64_t in = image_channels();
  for (const auto& [channels, halves] : kStages) {
    const auto name = "conv" + std::to_string(stages_.size() + 1);
    stages_.push_back({convolution(name, in, width(channels), 3), halves});
    in = width(channels);
  }
  in *= image_height() / kShrinking * (image_width() / kShrinking);
  const auto neurons = width(4096);
  hidden_ = {linear("linear1", in, neurons), linear("linear2", neurons, neurons)};
  logits_ = linear("linear3", neurons, classes());
}

at::Tensor Vgg11::features(const at::Tensor& images, const Pass& pass) {
  auto x = images;
  for (const auto& stage : stages_) {
    x = stage.convolution(x).relu_();
    if (stage.halves) x = at::max_pool2d(x, 2);
  }
  x = x.flatten(1);
  for (const auto& layer : hidden_) x = dropout(layer(x).relu_(), kDropout, pass);
  return x;
}

at::Tensor Vgg11::head(const at::Tensor& features) { return logits_(features); }

}  // namespace nero_bench
