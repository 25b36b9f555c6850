#include "learning/models/centred_weight_norm_mlp.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/linear.h>

#include "learning/models/initialisers.h"

namespace nero_bench {

BuildModel parse_centred_weight_norm_mlp(JsonReader& json) {
  CentredWeightNormMlpOptions options;
  options.depth =
      json.optional("depth", options.depth, "linear layers, the last one included", Range::between(1, 10'000));
  options.width =
      json.optional("width", options.width, "neurons of every layer but the last", Range::between(2, 1'000'000));
  options.activation_scale =
      json.optional("activation_scale", options.activation_scale,
                    "times the ReLU of every layer; √2 keeps a balanced layer's mean square", Range::positive());
  options.init_scale =
      json.optional("init_scale", options.init_scale,
                    "standard deviation of the raw weights at the start (σ in figure 3 left)", Range::positive());
  return [options](const ModelSetting& setting) { return std::make_unique<CentredWeightNormMlp>(options, setting); };
}

CentredWeightNormMlp::CentredWeightNormMlp(const CentredWeightNormMlpOptions& options, const ModelSetting& setting)
    : activation_scale_(options.activation_scale) {
  std::int64_t fan_in = 1;
  for (const auto size : setting.image_shape) fan_in *= size;
  for (std::int64_t i = 0; i < options.depth; ++i) {
    const std::int64_t neurons = i + 1 < options.depth ? options.width : setting.classes;
    const auto raw = at::empty({neurons, fan_in}, at::kFloat).normal_(0, options.init_scale, setting.generator);
    raw_weights_.push_back(add_parameter("linear" + std::to_string(i + 1) + ".weight", raw, setting.device));
    fan_in = neurons;
  }
}

at::Tensor CentredWeightNormMlp::features(const at::Tensor& images, const Pass& /*pass*/) {
  auto x = images.flatten(1);
  for (std::size_t i = 0; i + 1 < raw_weights_.size(); ++i) {
    x = at::linear(x, balanced_rows(raw_weights_[i])).mul_(activation_scale_).relu_();
  }
  return x;
}

at::Tensor CentredWeightNormMlp::head(const at::Tensor& features) {
  return at::linear(features, balanced_rows(raw_weights_.back()));
}

}  // namespace nero_bench
