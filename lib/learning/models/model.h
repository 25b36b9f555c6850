#pragma once
#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <vector>

#include "base/registry.h"
#include "learning/tensors/named_tensors.h"

namespace nero_bench {

// A classifier of images. Split in two so that the signal in front of the last layer can be measured.
class Model {
 public:
  virtual ~Model() = default;

  virtual at::Tensor features(const at::Tensor& images) = 0;  // [batch, channels, height, width] → [batch, features]
  virtual at::Tensor head(const at::Tensor& features) = 0;    // [batch, features] → logits [batch, classes]

  // Leaf tensors in the order of the layers, weights before biases.
  const NamedTensors& parameters() const { return parameters_; }

 protected:
  // Registers `value` as a parameter on `device` and returns the leaf.
  at::Tensor add_parameter(std::string name, const at::Tensor& value, at::Device device);

 private:
  NamedTensors parameters_;
};

// What a model is built for. Weights are drawn on the CPU, so that they do not depend on the device.
struct ModelSetting {
  std::vector<std::int64_t> image_shape;  // [channels, height, width]
  std::int64_t classes = 0;
  at::Generator generator;
  at::Device device = at::kCPU;
};

using BuildModel = std::function<std::unique_ptr<Model>(const ModelSetting&)>;

const Registry<BuildModel>& models();
BuildModel parse_model(JsonReader& json);

}  // namespace nero_bench
