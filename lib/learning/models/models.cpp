#include "learning/models/centred_weight_norm_mlp.h"
#include "learning/models/mlp.h"
#include "learning/models/model.h"

namespace nero_bench {

at::Tensor Model::add_parameter(std::string name, const at::Tensor& value, at::Device device) {
  auto leaf = value.to(device).detach().requires_grad_(true);
  parameters_.push_back({std::move(name), leaf});
  return leaf;
}

const Registry<BuildModel>& models() {
  static const Registry<BuildModel> list(
      "model",
      {{"mlp", "multilayer perceptron with biases (figure 3 right)", parse_mlp},
       {"centred_weight_norm_mlp", "perceptron whose weights are centred and normalised on every use (figure 3 left)",
        parse_centred_weight_norm_mlp}});
  return list;
}

BuildModel parse_model(JsonReader& json) {
  auto build = models().parse(json);
  json.finish();
  return build;
}

}  // namespace nero_bench
