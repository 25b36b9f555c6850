#include "learning/optimisers/per_tensor_optimiser.h"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <stdexcept>

#include "base/errors.h"

namespace nero_bench {
namespace {

class CallWhenAccumulated final : public torch::autograd::PostAccumulateGradHook {
 public:
  explicit CallWhenAccumulated(std::function<void()> call) : call_(std::move(call)) {}
  void operator()(const torch::autograd::Variable& /*tensor*/) override { call_(); }

 private:
  std::function<void()> call_;
};

// Has an optimiser's numbers on the host be what they were, in the end.
class KeptScalars {
 public:
  explicit KeptScalars(std::vector<NamedScalar> scalars) : scalars_(std::move(scalars)) {
    for (const auto& [name, value] : scalars_) values_.push_back(*value);
  }
  ~KeptScalars() {
    for (std::size_t i = 0; i < scalars_.size(); ++i) *scalars_[i].value = values_[i];
  }
  KeptScalars(const KeptScalars&) = delete;
  KeptScalars& operator=(const KeptScalars&) = delete;

 private:
  std::vector<NamedScalar> scalars_;
  std::vector<double> values_;
};

}  // namespace

PerTensorOptimiser::~PerTensorOptimiser() {
  if (!steps_in_backward_) return;
  for (const auto& parameter : parameters_) torch::autograd::impl::set_post_acc_grad_hooks(parameter.tensor, nullptr);
}

void PerTensorOptimiser::use(Implementation implementation) {
  implementation_ = implementation;
  for (const auto& [name, tensor] : parameters_) can_fuse(name, tensor, tensor);
}

bool PerTensorOptimiser::can_fuse(const std::string& name, const at::Tensor& tensor, const at::Tensor& gradient) const {
  if (implementation_ == Implementation::kTensorOperations) return false;
  // One call of the kernels is for one device.
  if (suits_kernels(tensor, gradient) && tensor.device() == parameters_.front().tensor.device()) return true;
  if (implementation_ == Implementation::kFused) {
    throw ConfigError(
        name +
        ": \"implementation\": \"fused\" expects dense float32 tensors, all on one device that this program has "
        "kernels for, and gradients of the same layout; use \"auto\"");
  }
  return false;
}

std::vector<std::size_t> PerTensorOptimiser::tensors_with_gradient() const {
  std::vector<std::size_t> tensors;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (parameters_[i].tensor.grad().defined()) tensors.push_back(i);
  }
  return tensors;
}

void PerTensorOptimiser::step() { step_tensors(tensors_with_gradient()); }

bool PerTensorOptimiser::can_capture() const { return last_was_fused_ && !steps_in_backward_ && steps_on_gpu(); }

void PerTensorOptimiser::capture_step() {
  const KeptScalars unchanged(state().scalars);
  step_in_graph(StepPart::kCapture);
}

void PerTensorOptimiser::prepare_replay() { step_in_graph(StepPart::kPrepareReplay); }

void PerTensorOptimiser::step_in_graph(StepPart part) {
  const auto tensors = tensors_with_gradient();
  const auto fits = [this](std::size_t i) {
    const auto& [name, tensor] = parameters_[i];
    return can_fuse(name, tensor, tensor.grad());
  };
  if (!can_capture() || !std::all_of(tensors.begin(), tensors.end(), fits))
    throw std::logic_error("a step is captured or replayed that the kernels cannot make");
  const at::NoGradGuard no_grad;
  step_with_kernels(tensors, part);
}

void PerTensorOptimiser::step_tensors(const std::vector<std::size_t>& tensors) {
  const at::NoGradGuard no_grad;
  std::vector<std::size_t> fused;
  for (const auto i : tensors) {
    const auto& [name, tensor] = parameters_[i];
    if (can_fuse(name, tensor, tensor.grad())) {
      fused.push_back(i);
    } else {
      step_with_tensor_operations(i);
    }
  }
  last_was_fused_ = !fused.empty() && fused.size() == tensors.size();
  if (!fused.empty()) step_with_kernels(fused, StepPart::kWhole);
}

void PerTensorOptimiser::step_with_kernels(const std::vector<std::size_t>& tensors, StepPart part) {
  step_fused(tensors, part);
  // So that a backward pass that still needs the old weights fails, as it does after tensor operations.
  for (const auto i : tensors) torch::autograd::impl::bump_version(parameters_[i].tensor);
}

void PerTensorOptimiser::step_in_backward() {
  for (const auto& [name, tensor] : parameters_) {
    if (torch::autograd::impl::post_acc_grad_hooks(tensor) != nullptr)
      throw ConfigError(name +
                        ": \"step_in_backward\" expects a tensor that no other optimiser steps in the backward pass");
  }
  steps_in_backward_ = true;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const auto& parameter = parameters_[i].tensor;
    torch::autograd::impl::set_post_acc_grad_hooks(parameter, std::make_unique<CallWhenAccumulated>([this, i] {
                                                     step_tensors({i});
                                                     parameters_[i].tensor.mutable_grad() = at::Tensor();
                                                   }));
  }
}

}  // namespace nero_bench
