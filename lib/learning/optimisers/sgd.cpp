#include "learning/optimisers/sgd.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros_like.h>

namespace nero_bench {

SgdOptions parse_sgd(JsonReader& json) {
  SgdOptions options;
  options.momentum =
      json.optional("momentum", options.momentum,
                    "share of the running sum of gradients that is kept each step; 0: no momentum", Range::decay());
  options.nesterov = json.optional("nesterov", options.nesterov,
                                   "step along the gradient plus momentum times the sum; needs momentum > 0");
  options.weight_decay = json.optional("weight_decay", options.weight_decay,
                                       "times the weights, added to the gradient; 0: none", Range::at_least(0));
  if (options.nesterov && options.momentum == 0)
    json.fail("nesterov", "false without momentum", "set \"momentum\", too");
  return options;
}

Sgd::Sgd(NamedTensors parameters, const SgdOptions& options)
    : PerTensorOptimiser(std::move(parameters)), options_(options) {
  if (options_.momentum == 0) return;
  const at::NoGradGuard no_grad;
  for (const auto& [name, tensor] : parameters_) momentum_.push_back(at::zeros_like(tensor));
}

void Sgd::step_with_tensor_operations(std::size_t tensor) {
  const auto& parameter = parameters_[tensor].tensor;
  auto direction = parameter.grad();
  if (options_.weight_decay > 0) direction = direction.add(parameter, options_.weight_decay);
  if (options_.momentum > 0) {
    auto& momentum = momentum_[tensor];
    momentum.mul_(options_.momentum).add_(direction);
    direction = options_.nesterov ? direction.add(momentum, options_.momentum) : momentum;
  }
  parameter.sub_(direction, learning_rate_);
}

void Sgd::step_fused(const std::vector<std::size_t>& tensors, StepPart part) {
  std::vector<SgdTensor<float>> views;
  for (const auto i : tensors) {
    const auto& parameter = parameters_[i].tensor;
    views.push_back({.weight = parameter.mutable_data_ptr<float>(),
                     .gradient = parameter.grad().const_data_ptr<float>(),
                     .momentum = momentum_.empty() ? nullptr : momentum_[i].mutable_data_ptr<float>(),
                     .rows = rows_of(parameter)});
  }
  fused_(parameters_[tensors.front()].tensor.device(), views,
         SgdStep{learning_rate_, options_.momentum, options_.nesterov, options_.weight_decay}, part);
}

OptimiserState Sgd::state() {
  OptimiserState state;
  for (std::size_t i = 0; i < momentum_.size(); ++i) {
    state.tensors.push_back({parameters_[i].name + "/momentum", momentum_[i]});
  }
  return state;
}

std::int64_t Sgd::expected_state_bytes() const { return options_.momentum > 0 ? total_bytes(parameters_) : 0; }

}  // namespace nero_bench
