#pragma once
#include <vector>

#include "base/json_reader.h"
#include "learning/optimisers/fused_step.h"
#include "learning/optimisers/per_tensor_optimiser.h"

namespace nero_bench {

struct MadamOptions {
  double p_scale = 3;      // weights stay within this many times the initial root mean square of their tensor
  double g_bound = 10;     // normalised gradients are clipped to ± this
  bool constrain = false;  // after each step, rows get zero mean and unit norm
};

MadamOptions parse_madam(JsonReader& json);

// Madam (Bernstein et al. 2020): each weight is multiplied by exp(∓ rate × normalised gradient), so its sign never
// changes and zero stays zero. The bound on the weights is measured at a tensor's first step and, under constraints,
// applied before the projection.
class Madam final : public PerTensorOptimiser {
 public:
  explicit Madam(NamedTensors parameters, const MadamOptions& options = {});

  OptimiserState state() override;  // per tensor: mean_square of its shape; on the host bound and steps
  std::int64_t expected_state_bytes() const override { return total_bytes(parameters_); }

 protected:
  void step_with_tensor_operations(std::size_t tensor) override;
  void step_fused(const std::vector<std::size_t>& tensors, StepPart part) override;

 private:
  struct Slot {
    at::Tensor mean_square;
    double bound = 0;
    double steps = 0;
  };

  void measure_bound(const at::Tensor& parameter, Slot& slot) const;

  MadamOptions options_;
  FusedStep<MadamTensor<float>, MadamStep> fused_;
  std::vector<Slot> slots_;
};

}  // namespace nero_bench
