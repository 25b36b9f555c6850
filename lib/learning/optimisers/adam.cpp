#include "learning/optimisers/adam.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros_like.h>

#include <cmath>

namespace nero_bench {
namespace {

AdamOptions parse_over(AdamOptions options, JsonReader& json) {
  options.beta1 = json.optional("beta1", options.beta1, "decay per step of the average gradient", Range::decay());
  options.beta2 =
      json.optional("beta2", options.beta2, "decay per step of the average squared gradient", Range::decay());
  options.epsilon =
      json.optional("epsilon", options.epsilon,
                    "added to the root of the average squared gradient, against division by zero", Range::at_least(0));
  options.weight_decay = json.optional("weight_decay", options.weight_decay,
                                       options.decoupled ? "times rate and weights, taken off the weights; 0: none"
                                                         : "times the weights, added to the gradient; 0: none",
                                       Range::at_least(0));
  return options;
}

}  // namespace

AdamOptions parse_adam(JsonReader& json) { return parse_over({}, json); }

AdamOptions parse_adamw(JsonReader& json) { return parse_over({.weight_decay = 0.01, .decoupled = true}, json); }

Adam::Adam(NamedTensors parameters, const AdamOptions& options)
    : PerTensorOptimiser(std::move(parameters)), options_(options) {
  const at::NoGradGuard no_grad;
  for (const auto& [name, tensor] : parameters_) slots_.push_back({at::zeros_like(tensor), at::zeros_like(tensor)});
}

void Adam::step_with_tensor_operations(std::size_t tensor) {
  const auto& parameter = parameters_[tensor].tensor;
  auto gradient = parameter.grad();
  if (options_.weight_decay > 0 && options_.decoupled) parameter.mul_(1 - learning_rate_ * options_.weight_decay);
  if (options_.weight_decay > 0 && !options_.decoupled) gradient = gradient.add(parameter, options_.weight_decay);

  auto& slot = slots_[tensor];
  slot.mean.mul_(options_.beta1).add_(gradient, 1 - options_.beta1);
  slot.mean_square.mul_(options_.beta2).addcmul_(gradient, gradient, 1 - options_.beta2);

  ++slot.steps;
  const double mean_correction = 1 - std::pow(options_.beta1, slot.steps);
  const double root_correction = std::sqrt(1 - std::pow(options_.beta2, slot.steps));
  const auto root_mean_square = slot.mean_square.sqrt().div_(root_correction).add_(options_.epsilon);
  parameter.addcdiv_(slot.mean, root_mean_square, -learning_rate_ / mean_correction);
}

void Adam::step_fused(const std::vector<std::size_t>& tensors, StepPart part) {
  std::vector<AdamTensor<float>> views;
  for (const auto i : tensors) {
    const auto& parameter = parameters_[i].tensor;
    auto& slot = slots_[i];
    views.push_back({.weight = parameter.mutable_data_ptr<float>(),
                     .gradient = parameter.grad().const_data_ptr<float>(),
                     .mean = slot.mean.mutable_data_ptr<float>(),
                     .mean_square = slot.mean_square.mutable_data_ptr<float>(),
                     .rows = rows_of(parameter),
                     .steps = ++slot.steps});
  }
  fused_(parameters_[tensors.front()].tensor.device(), views,
         AdamStep{learning_rate_, options_.beta1, options_.beta2, options_.epsilon, options_.weight_decay,
                  options_.decoupled},
         part);
}

OptimiserState Adam::state() {
  OptimiserState state;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const auto& name = parameters_[i].name;
    state.tensors.push_back({name + "/mean", slots_[i].mean});
    state.tensors.push_back({name + "/mean_square", slots_[i].mean_square});
    state.scalars.push_back({name + "/steps", &slots_[i].steps});
  }
  return state;
}

}  // namespace nero_bench
