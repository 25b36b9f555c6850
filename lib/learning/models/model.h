#pragma once
#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/registry.h"
#include "learning/tensors/named_tensors.h"

namespace nero_bench {

// How a model is run; by default as in evaluation.
struct Pass {
  bool batch_statistics = false;   // batch norm uses the statistics of this batch, not the running ones
  bool update_statistics = false;  // and lets the running ones follow
  std::optional<at::Generator> dropout = std::nullopt;  // of the model's device; without it nothing is dropped
};

// A classifier of images. Split in two so that the signal in front of the last layer can be measured.
class Model {
 public:
  virtual ~Model() = default;

  // [batch, channels, height, width] → [batch, features]
  virtual at::Tensor features(const at::Tensor& images, const Pass& pass) = 0;
  virtual at::Tensor head(const at::Tensor& features) = 0;  // [batch, features] → logits [batch, classes]

  // Leaf tensors in the order of the layers, weights before biases.
  const NamedTensors& parameters() const { return parameters_; }

  // What a pass with update_statistics changes besides: running statistics.
  const NamedTensors& buffers() const { return buffers_; }

 protected:
  // Registers `value` on `device`, as a parameter or a buffer, and returns the tensor to be used.
  at::Tensor add_parameter(std::string name, const at::Tensor& value, at::Device device);
  at::Tensor add_buffer(std::string name, const at::Tensor& value, at::Device device);

 private:
  NamedTensors parameters_;
  NamedTensors buffers_;
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
