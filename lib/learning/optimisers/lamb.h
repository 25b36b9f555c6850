#pragma once
#include <vector>

#include "base/json_reader.h"
#include "learning/optimisers/fused_step.h"
#include "learning/optimisers/per_tensor_optimiser.h"

namespace nero_bench {

struct LambOptions {
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-6;
  double weight_decay = 0;
  double weight_norm_clamp = 10;  // the weight norm counts as at most this; 0 for no clamp
  bool bias_correction = false;
  bool constrain = false;  // after each step, rows get zero mean and unit norm
};

LambOptions parse_lamb(JsonReader& json);

// LAMB (You et al. 2020, Algorithm 2): Adam's direction, scaled for each tensor to a step relative to the norm of its
// weights. As in the version that Nero was compared with, the norm is clamped and the moments are not corrected for
// their bias, unless options say so.
class Lamb final : public PerTensorOptimiser {
 public:
  explicit Lamb(NamedTensors parameters, const LambOptions& options = {});

  // Per tensor: mean and mean_square of its shape; diagnostics [3], the last step's weight norm, update norm and their
  // ratio; steps.
  OptimiserState state() override;
  std::int64_t expected_state_bytes() const override;

 protected:
  void step_with_tensor_operations(std::size_t tensor) override;
  void step_fused(const std::vector<std::size_t>& tensors, StepPart part) override;

 private:
  struct Slot {
    at::Tensor mean;
    at::Tensor mean_square;
    at::Tensor diagnostics;
    double steps = 0;
  };

  struct BiasCorrections {
    double mean = 1;
    double mean_square = 1;
  };

  BiasCorrections bias_corrections(const Slot& slot) const;
  at::Tensor direction(const at::Tensor& parameter, const Slot& slot) const;
  at::Tensor trust_ratio(const at::Tensor& parameter, const at::Tensor& direction, Slot& slot) const;

  LambOptions options_;
  FusedStep<LambTensor<float>, LambStep> fused_;
  std::vector<Slot> slots_;
};

}  // namespace nero_bench
