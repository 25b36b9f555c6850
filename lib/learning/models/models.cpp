#include "learning/models/centred_weight_norm_mlp.h"
#include "learning/models/mlp.h"
#include "learning/models/model.h"
#include "learning/models/resnet.h"
#include "learning/models/vgg11.h"

namespace nero_bench {

at::Tensor Model::add_parameter(std::string name, const at::Tensor& value, at::Device device) {
  auto leaf = value.to(device).detach().requires_grad_(true);
  parameters_.push_back({std::move(name), leaf});
  return leaf;
}

at::Tensor Model::add_buffer(std::string name, const at::Tensor& value, at::Device device) {
  auto buffer = value.to(device).detach();
  buffers_.push_back({std::move(name), buffer});
  return buffer;
}

const Registry<BuildModel>& models() {
  static const Registry<BuildModel> list(
      "model",
      {{"mlp", "multilayer perceptron with biases (figure 3 right)", parse_mlp},
       {"centred_weight_norm_mlp", "perceptron whose weights are centred and normalised on every use (figure 3 left)",
        parse_centred_weight_norm_mlp},
       {"vgg11", "eight convolutions and three linear layers, no batch norm (figures 1, 2, 6)", parse_vgg11},
       {"resnet18", "residual network with batch norm, in its form for CIFAR (figure 6)", parse_resnet18},
       {"resnet50", "residual network with batch norm, in its form for ImageNet (figure 4)", parse_resnet50}});
  return list;
}

BuildModel parse_model(JsonReader& json) {
  auto build = models().parse(json);
  json.finish();
  return build;
}

}  // namespace nero_bench
