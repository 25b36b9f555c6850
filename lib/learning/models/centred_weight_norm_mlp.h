#pragma once
#include "learning/models/model.h"

namespace nero_bench {

struct CentredWeightNormMlpOptions {
  std::int64_t depth = 5;  // linear layers, the last one included
  std::int64_t width = 784;
  double activation_scale = 1.4142135623730951;  // √2
  double init_scale = 1;                         // σ: standard deviation of the raw weights
};

BuildModel parse_centred_weight_norm_mlp(JsonReader& json);

// A perceptron without biases whose weights are balanced by reparameterisation (figure 3 left): a layer uses Ŵ = each
// row of the raw W minus its mean, divided by its 2-norm, and the gradient flows through that to W, which starts from
// N(0, σ²).
class CentredWeightNormMlp final : public Model {
 public:
  CentredWeightNormMlp(const CentredWeightNormMlpOptions& options, const ModelSetting& setting);
  at::Tensor features(const at::Tensor& images, const Pass& pass) override;
  at::Tensor head(const at::Tensor& features) override;

 private:
  double activation_scale_;
  std::vector<at::Tensor> raw_weights_;  // [neurons, fan_in] each
};

}  // namespace nero_bench
