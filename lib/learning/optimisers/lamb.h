#pragma once
#include <vector>

#include "base/json_reader.h"
#include "learning/optimisers/optimiser.h"

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
class Lamb final : public Optimiser {
 public:
  explicit Lamb(NamedTensors parameters, const LambOptions& options = {});

  void step() override;
  // Per tensor: mean and mean_square of its shape; diagnostics [3], the last step's weight norm, update norm and their
  // ratio; steps.
  OptimiserState state() override;
  std::int64_t expected_state_bytes() const override;

 private:
  struct Slot {
    at::Tensor mean;
    at::Tensor mean_square;
    at::Tensor diagnostics;
    double steps = 0;
  };

  at::Tensor direction(const at::Tensor& parameter, const Slot& slot) const;
  at::Tensor trust_ratio(const at::Tensor& parameter, const at::Tensor& direction, Slot& slot) const;

  LambOptions options_;
  std::vector<Slot> slots_;
};

}  // namespace nero_bench
