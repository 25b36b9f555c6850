#include "learning/optimisers/per_tensor_optimiser.h"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

#include <functional>
#include <memory>

#include "base/errors.h"
#include "learning/optimisers/fused_step.h"

namespace nero_bench {
namespace {

class CallWhenAccumulated final : public torch::autograd::PostAccumulateGradHook {
 public:
  explicit CallWhenAccumulated(std::function<void()> call) : call_(std::move(call)) {}
  void operator()(const torch::autograd::Variable& /*tensor*/) override { call_(); }

 private:
  std::function<void()> call_;
};

}  // namespace

PerTensorOptimiser::~PerTensorOptimiser() {
  if (!steps_in_backward_) return;
  for (const auto& parameter : parameters_) torch::autograd::impl::set_post_acc_grad_hooks(parameter.tensor, nullptr);
}

void PerTensorOptimiser::use(Implementation implementation) {
  for (const auto& [name, tensor] : parameters_) {
    if (implementation == Implementation::kFused && !suits_kernels(tensor, tensor))
      throw ConfigError(name +
                        ": \"implementation\": \"fused\" expects dense float32 tensors on the CPU; use \"auto\"");
  }
  implementation_ = implementation;
}

void PerTensorOptimiser::step() {
  std::vector<std::size_t> tensors;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (parameters_[i].tensor.grad().defined()) tensors.push_back(i);
  }
  step_tensors(tensors);
}

void PerTensorOptimiser::step_tensors(const std::vector<std::size_t>& tensors) {
  const at::NoGradGuard no_grad;
  std::vector<std::size_t> fused;
  for (const auto i : tensors) {
    const auto& tensor = parameters_[i].tensor;
    if (implementation_ != Implementation::kTensorOperations && suits_kernels(tensor, tensor.grad())) {
      fused.push_back(i);
    } else {
      step_with_tensor_operations(i);
    }
  }
  if (!fused.empty()) step_fused(fused);
}

void PerTensorOptimiser::step_in_backward() {
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
