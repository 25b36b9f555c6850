#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/json_reader.h"
#include "learning/optimisers/balance.h"
#include "learning/optimisers/fused_step.h"
#include "learning/optimisers/per_tensor_optimiser.h"

namespace nero_bench {

struct NeroOptions {
  double beta = 0.999;         // decay of each neuron's mean squared gradient norm
  bool constrain_mean = true;  // every neuron's weights sum to zero
  bool constrain_norm = true;  // every neuron's weights have unit 2-norm
};

NeroOptions parse_nero(JsonReader& json);

// Nero, the neuronal rotator: projected descent over balanced networks with per-neuron relative steps (Liu, Bernstein,
// Meister & Yue 2021, Algorithm 1). A neuron is a row of a tensor of two or more dimensions, [neurons, fan_in…];
// tensors of fewer dimensions get a per-element step and no constraint. Projects the parameters when constructed.
//
// Two departures from a division by zero, both counted in notes(): a row that cannot be normalised (all entries equal)
// is left as it is, and 0/0 is no movement. The latter freezes a neuron whose gradient was once not finite; the
// authors' code does the same.
class Nero final : public PerTensorOptimiser {
 public:
  explicit Nero(NamedTensors parameters, const NeroOptions& options = {});

  OptimiserState state() override;  // per tensor: mean_square [neurons, 1, …], or of its own shape; scale []; steps
  std::int64_t expected_state_bytes() const override;
  std::map<std::string, std::int64_t> notes() const override;  // degenerate_rows at construction, frozen_neurons now

 protected:
  void step_with_tensor_operations(std::size_t tensor) override;
  void step_fused(const std::vector<std::size_t>& tensors, StepPart part) override;

 private:
  struct Slot {
    at::Tensor mean_square;  // moving average of the squared gradient norm of each neuron
    at::Tensor scale;        // mean weight norm of the neurons at construction
    double steps = 0;
  };

  Slot project_and_allocate(const at::Tensor& parameter);

  NeroOptions options_;
  FusedStep<NeroTensor<float>, NeroStep> fused_;
  Balance balance_;
  std::vector<Slot> slots_;
  std::int64_t degenerate_rows_ = 0;
};

}  // namespace nero_bench
