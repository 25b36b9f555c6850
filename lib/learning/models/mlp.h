#pragma once
#include "learning/models/model.h"

namespace nero_bench {

struct MlpOptions {
  enum class Init { kDefault, kBalanced };

  std::int64_t depth = 5;                        // linear layers, the last one included
  std::int64_t width = 64;                       // neurons of every layer but the last
  double activation_scale = 1.4142135623730951;  // √2: keeps the mean square of a balanced layer's signal
  Init init = Init::kDefault;
};

BuildModel parse_mlp(JsonReader& json);

// x ← scale · ReLU(W x + b), depth − 1 times, then logits = W x + b (section "100-layer MLP" of the paper's
// supplement). Weights [neurons, fan_in] and biases start from U(±1/√fan_in); with `balanced` the weights are then
// centred and normalised row by row.
class Mlp final : public Model {
 public:
  Mlp(const MlpOptions& options, const ModelSetting& setting);
  at::Tensor features(const at::Tensor& images, const Pass& pass) override;
  at::Tensor head(const at::Tensor& features) override;

 private:
  struct Layer {
    at::Tensor weight;  // [neurons, fan_in]
    at::Tensor bias;    // [neurons]
  };
  double activation_scale_;
  std::vector<Layer> layers_;
};

}  // namespace nero_bench
