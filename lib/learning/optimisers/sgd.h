#pragma once
#include <vector>

#include "base/json_reader.h"
#include "learning/optimisers/fused_step.h"
#include "learning/optimisers/per_tensor_optimiser.h"

namespace nero_bench {

struct SgdOptions {
  double momentum = 0;
  bool nesterov = false;    // needs momentum
  double weight_decay = 0;  // times the weights, added to the gradient
};

SgdOptions parse_sgd(JsonReader& json);

// Stochastic gradient descent with heavy-ball or Nesterov momentum (Sutskever et al. 2013), no dampening.
class Sgd final : public PerTensorOptimiser {
 public:
  explicit Sgd(NamedTensors parameters, const SgdOptions& options = {});

  OptimiserState state() override;  // per tensor: momentum of its shape; nothing without momentum
  std::int64_t expected_state_bytes() const override;

 protected:
  void step_with_tensor_operations(std::size_t tensor) override;
  void step_fused(const std::vector<std::size_t>& tensors, StepPart part) override;

 private:
  SgdOptions options_;
  FusedStep<SgdTensor<float>, SgdStep> fused_;
  std::vector<at::Tensor> momentum_;  // one a parameter, or none
};

}  // namespace nero_bench
