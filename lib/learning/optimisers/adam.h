#pragma once
#include <vector>

#include "base/json_reader.h"
#include "learning/optimisers/fused_step.h"
#include "learning/optimisers/per_tensor_optimiser.h"

namespace nero_bench {

struct AdamOptions {
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0;
  bool decoupled = false;  // AdamW: decay shrinks the weights instead of joining the gradient
};

AdamOptions parse_adam(JsonReader& json);
AdamOptions parse_adamw(JsonReader& json);  // decoupled, and weight_decay is 0.01 unless given

// Adam (Kingma & Ba 2015) and AdamW (Loshchilov & Hutter 2019), with epsilon added after the bias correction as in
// torch.optim.
class Adam final : public PerTensorOptimiser {
 public:
  explicit Adam(NamedTensors parameters, const AdamOptions& options = {});

  OptimiserState state() override;  // per tensor: mean and mean_square of its shape; steps
  std::int64_t expected_state_bytes() const override { return 2 * total_bytes(parameters_); }

 protected:
  void step_with_tensor_operations(std::size_t tensor) override;
  void step_fused(const std::vector<std::size_t>& tensors, StepPart part) override;

 private:
  struct Slot {
    at::Tensor mean;
    at::Tensor mean_square;
    double steps = 0;
  };

  AdamOptions options_;
  FusedStep<AdamTensor<float>, AdamStep> fused_;
  std::vector<Slot> slots_;
};

}  // namespace nero_bench
