#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "learning/optimisers/fused_step.h"
#include "learning/optimisers/optimiser.h"

namespace nero_bench {

// How a step is computed. Fused kernels (learning/kernels) make one or two passes over memory and want dense float32
// tensors whose gradients have the same layout; tensor operations take anything.
enum class Implementation { kAuto, kFused, kTensorOperations };

// An optimiser that treats each tensor on its own, and therefore has its step written twice: with tensor operations, as
// in the paper, and with the kernels.
class PerTensorOptimiser : public Optimiser {
 public:
  explicit PerTensorOptimiser(NamedTensors parameters) : Optimiser(std::move(parameters)) {}
  ~PerTensorOptimiser() override;

  void step() final;
  bool can_capture() const final;
  void capture_step() final;
  void prepare_replay() final;

  // kAuto takes the kernels where they can be used; with kFused this and step() throw ConfigError where they cannot.
  void use(Implementation implementation);

  // From now on each tensor is updated by the backward pass as soon as its gradient is complete, and the gradient is
  // freed at once; step() then finds nothing to do. For tasks with exactly one backward pass a step, and not together
  // with anything that needs all gradients, such as clipping. What such steps cost in time and memory is then part of
  // the backward pass: MeasuredOptimiser sees nothing of it.
  void step_in_backward();

 protected:
  // The tensor's gradient is defined.
  virtual void step_with_tensor_operations(std::size_t tensor) = 0;
  // The tensors' gradients are defined, and all are fit for the kernels.
  virtual void step_fused(const std::vector<std::size_t>& tensors, StepPart part) = 0;
  // Whether step_fused() knows the parts of a step in a CUDA graph.
  virtual bool steps_on_gpu() const { return parameters_.front().tensor.is_cuda(); }

 private:
  bool can_fuse(const std::string& name, const at::Tensor& tensor, const at::Tensor& gradient) const;
  std::vector<std::size_t> tensors_with_gradient() const;
  void step_tensors(const std::vector<std::size_t>& tensors);
  void step_with_kernels(const std::vector<std::size_t>& tensors, StepPart part);
  void step_in_graph(StepPart part);

  Implementation implementation_ = Implementation::kAuto;
  bool steps_in_backward_ = false;
  bool last_was_fused_ = false;  // the step before, and all of it
};

}  // namespace nero_bench
