#include "learning/optimisers/lamb.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros_like.h>

#include <cmath>

#include "learning/optimisers/balance.h"

namespace nero_bench {

LambOptions parse_lamb(JsonReader& json) {
  LambOptions options;
  options.beta1 = json.optional("beta1", options.beta1, "decay per step of the average gradient", Range::decay());
  options.beta2 =
      json.optional("beta2", options.beta2, "decay per step of the average squared gradient", Range::decay());
  options.epsilon =
      json.optional("epsilon", options.epsilon,
                    "added to the root of the average squared gradient, against division by zero", Range::at_least(0));
  options.weight_decay = json.optional("weight_decay", options.weight_decay,
                                       "times the weights, added to Adam's direction; 0: none", Range::at_least(0));
  options.weight_norm_clamp =
      json.optional("weight_norm_clamp", options.weight_norm_clamp,
                    "the norm of a tensor's weights counts as at most this; 0: no limit", Range::at_least(0));
  options.bias_correction = json.optional("bias_correction", options.bias_correction,
                                          "correct both averages for having started at 0, as Adam does");
  options.constrain = json.optional("constrain", options.constrain,
                                    "after each step, every neuron's weights get mean 0 and 2-norm 1, as in Nero");
  return options;
}

Lamb::Lamb(NamedTensors parameters, const LambOptions& options)
    : PerTensorOptimiser(std::move(parameters)), options_(options) {
  const at::NoGradGuard no_grad;
  for (const auto& [name, tensor] : parameters_) {
    slots_.push_back({at::zeros_like(tensor), at::zeros_like(tensor), tensor.new_zeros({3})});
  }
}

void Lamb::step_with_tensor_operations(std::size_t tensor) {
  const auto& parameter = parameters_[tensor].tensor;
  const auto& gradient = parameter.grad();
  auto& slot = slots_[tensor];
  ++slot.steps;
  slot.mean.mul_(options_.beta1).add_(gradient, 1 - options_.beta1);
  slot.mean_square.mul_(options_.beta2).addcmul_(gradient, gradient, 1 - options_.beta2);
  const auto update = direction(parameter, slot);
  parameter.addcmul_(update, trust_ratio(parameter, update, slot), -learning_rate_);
  if (options_.constrain && has_rows(parameter)) balance_rows(parameter, {});
}

void Lamb::step_fused(const std::vector<std::size_t>& tensors, StepPart part) {
  std::vector<LambTensor<float>> views;
  for (const auto i : tensors) {
    const auto& parameter = parameters_[i].tensor;
    auto& slot = slots_[i];
    views.push_back({.weight = parameter.mutable_data_ptr<float>(),
                     .gradient = parameter.grad().const_data_ptr<float>(),
                     .mean = slot.mean.mutable_data_ptr<float>(),
                     .mean_square = slot.mean_square.mutable_data_ptr<float>(),
                     .diagnostics = slot.diagnostics.mutable_data_ptr<float>(),
                     .rows = rows_of(parameter),
                     .balance = options_.constrain && has_rows(parameter),
                     .steps = ++slot.steps});
  }
  const LambStep step{learning_rate_,          options_.beta1,        options_.beta2,
                      options_.epsilon,        options_.weight_decay, options_.weight_norm_clamp,
                      options_.bias_correction};
  fused_(parameters_[tensors.front()].tensor.device(), views, step, part);
}

Lamb::BiasCorrections Lamb::bias_corrections(const Slot& slot) const {
  if (!options_.bias_correction) return {};
  return {1 - std::pow(options_.beta1, slot.steps), 1 - std::pow(options_.beta2, slot.steps)};
}

at::Tensor Lamb::direction(const at::Tensor& parameter, const Slot& slot) const {
  const auto corrections = bias_corrections(slot);
  const auto root_mean_square = (slot.mean_square / corrections.mean_square).sqrt_().add_(options_.epsilon);
  auto direction = (slot.mean / corrections.mean).div_(root_mean_square);
  if (options_.weight_decay > 0) direction.add_(parameter, options_.weight_decay);
  return direction;
}

at::Tensor Lamb::trust_ratio(const at::Tensor& parameter, const at::Tensor& direction, Slot& slot) const {
  auto weight_norm = at::linalg_vector_norm(parameter);
  if (options_.weight_norm_clamp > 0) weight_norm.clamp_max_(options_.weight_norm_clamp);
  const auto update_norm = at::linalg_vector_norm(direction);
  const auto undefined = weight_norm.eq(0).logical_or_(update_norm.eq(0));
  const auto ratio = (weight_norm / update_norm).masked_fill_(undefined, 1);
  at::stack_out(slot.diagnostics, {weight_norm, update_norm, ratio});
  return ratio;
}

OptimiserState Lamb::state() {
  OptimiserState state;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const auto& name = parameters_[i].name;
    state.tensors.push_back({name + "/mean", slots_[i].mean});
    state.tensors.push_back({name + "/mean_square", slots_[i].mean_square});
    state.tensors.push_back({name + "/diagnostics", slots_[i].diagnostics});
    state.scalars.push_back({name + "/steps", &slots_[i].steps});
  }
  return state;
}

std::int64_t Lamb::expected_state_bytes() const {
  std::int64_t bytes = 2 * total_bytes(parameters_);
  for (const auto& [name, tensor] : parameters_) bytes += 3 * static_cast<std::int64_t>(tensor.element_size());
  return bytes;
}

}  // namespace nero_bench
