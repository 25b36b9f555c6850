#pragma once
#include <vector>

#include "base/json_reader.h"
#include "learning/optimisers/optimiser.h"

namespace nero_bench {

struct SgdOptions {
  double momentum = 0;
  bool nesterov = false;    // needs momentum
  double weight_decay = 0;  // times the weights, added to the gradient
};

SgdOptions parse_sgd(JsonReader& json);

// Stochastic gradient descent with heavy-ball or Nesterov momentum (Sutskever et al. 2013), no dampening.
class Sgd final : public Optimiser {
 public:
  explicit Sgd(NamedTensors parameters, const SgdOptions& options = {});

  void step() override;
  OptimiserState state() override;  // per tensor: momentum of its shape; nothing without momentum
  std::int64_t expected_state_bytes() const override;

 private:
  SgdOptions options_;
  std::vector<at::Tensor> momentum_;  // one a parameter, or none
};

}  // namespace nero_bench
