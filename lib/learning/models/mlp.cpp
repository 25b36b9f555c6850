#include "learning/models/mlp.h"

#include <ATen/ops/linear.h>

#include "learning/models/initialisers.h"

namespace nero_bench {

BuildModel parse_mlp(JsonReader& json) {
  using Init = MlpOptions::Init;
  MlpOptions options;
  options.depth =
      json.optional("depth", options.depth, "linear layers, the last one included", Range::between(1, 10'000));
  options.width =
      json.optional("width", options.width, "neurons of every layer but the last", Range::between(1, 1'000'000));
  options.activation_scale =
      json.optional("activation_scale", options.activation_scale,
                    "times the ReLU of every layer; √2 keeps a balanced layer's mean square", Range::positive());
  options.init = json.choice<Init>(
      "init", options.init, "default: uniform in ±1/√fan-in; balanced: these, then mean 0 and 2-norm 1 in every row",
      {{"default", Init::kDefault}, {"balanced", Init::kBalanced}});
  return [options](const ModelSetting& setting) { return std::make_unique<Mlp>(options, setting); };
}

Mlp::Mlp(const MlpOptions& options, const ModelSetting& setting) : activation_scale_(options.activation_scale) {
  std::int64_t fan_in = 1;
  for (const auto size : setting.image_shape) fan_in *= size;
  for (std::int64_t i = 0; i < options.depth; ++i) {
    const std::int64_t neurons = i + 1 < options.depth ? options.width : setting.classes;
    auto weight = default_uniform({neurons, fan_in}, fan_in, setting.generator);
    const auto bias = default_uniform({neurons}, fan_in, setting.generator);
    if (options.init == MlpOptions::Init::kBalanced) weight = balanced_rows(weight);
    const auto name = "linear" + std::to_string(i + 1);
    layers_.push_back(
        {add_parameter(name + ".weight", weight, setting.device), add_parameter(name + ".bias", bias, setting.device)});
    fan_in = neurons;
  }
}

at::Tensor Mlp::features(const at::Tensor& images, const Pass& /*pass*/) {
  auto x = images.flatten(1);
  for (std::size_t i = 0; i + 1 < layers_.size(); ++i) {
    // Scaling before the ReLU gives the same bits as after it, and both in place: neither needs the tensor it
    // overwrites.
    x = at::linear(x, layers_[i].weight, layers_[i].bias).mul_(activation_scale_).relu_();
  }
  return x;
}

at::Tensor Mlp::head(const at::Tensor& features) {
  return at::linear(features, layers_.back().weight, layers_.back().bias);
}

}  // namespace nero_bench
