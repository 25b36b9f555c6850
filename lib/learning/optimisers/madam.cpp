#include "learning/optimisers/madam.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/zeros_like.h>

#include <cmath>
#include <limits>

#include "learning/optimisers/balance.h"

namespace nero_bench {
namespace {

constexpr double kBeta = 0.999;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

MadamOptions parse_madam(JsonReader& json) {
  MadamOptions options;
  options.p_scale = json.optional(
      "p_scale", options.p_scale,
      "Madam's paper: weights stay within so many times their tensor's first root mean square", Range::positive());
  options.g_bound =
      json.optional("g_bound", options.g_bound, "bound of a gradient, as a multiple of its running root mean square",
                    Range::positive());
  options.constrain = json.optional("constrain", options.constrain,
                                    "after each step, every neuron's weights get mean 0 and 2-norm 1, as in Nero");
  return options;
}

Madam::Madam(NamedTensors parameters, const MadamOptions& options)
    : PerTensorOptimiser(std::move(parameters)), options_(options) {
  const at::NoGradGuard no_grad;
  for (const auto& [name, tensor] : parameters_) slots_.push_back({at::zeros_like(tensor)});
}

void Madam::step_with_tensor_operations(std::size_t tensor) {
  const auto& parameter = parameters_[tensor].tensor;
  const auto& gradient = parameter.grad();
  auto& slot = slots_[tensor];
  measure_bound(parameter, slot);
  slot.mean_square.mul_(kBeta).addcmul_(gradient, gradient, 1 - kBeta);
  const double bias_correction = 1 - std::pow(kBeta, ++slot.steps);
  auto direction = gradient / (slot.mean_square / bias_correction).sqrt_();
  direction.nan_to_num_(0, kInfinity, -kInfinity).clamp_(-options_.g_bound, options_.g_bound);
  parameter.mul_(direction.mul_(parameter.sign()).mul_(-learning_rate_).exp_());
  parameter.clamp_(-slot.bound, slot.bound);
  if (options_.constrain && has_rows(parameter)) balance_rows(parameter, {});
}

void Madam::step_fused(const std::vector<std::size_t>& tensors, StepPart part) {
  std::vector<MadamTensor<float>> views;
  for (const auto i : tensors) {
    const auto& parameter = parameters_[i].tensor;
    auto& slot = slots_[i];
    measure_bound(parameter, slot);
    views.push_back({.weight = parameter.mutable_data_ptr<float>(),
                     .gradient = parameter.grad().const_data_ptr<float>(),
                     .mean_square = slot.mean_square.mutable_data_ptr<float>(),
                     .rows = rows_of(parameter),
                     .bound = slot.bound,
                     .balance = options_.constrain && has_rows(parameter),
                     .steps = ++slot.steps});
  }
  fused_(parameters_[tensors.front()].tensor.device(), views, MadamStep{learning_rate_, kBeta, options_.g_bound}, part);
}

// At the tensor's first step.
void Madam::measure_bound(const at::Tensor& parameter, Slot& slot) const {
  if (slot.steps > 0) return;
  const double elements = static_cast<double>(parameter.numel());
  slot.bound = options_.p_scale * at::linalg_vector_norm(parameter).item<double>() / std::sqrt(elements);
}

OptimiserState Madam::state() {
  OptimiserState state;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const auto& name = parameters_[i].name;
    state.tensors.push_back({name + "/mean_square", slots_[i].mean_square});
    state.scalars.push_back({name + "/bound", &slots_[i].bound});
    state.scalars.push_back({name + "/steps", &slots_[i].steps});
  }
  return state;
}

}  // namespace nero_bench
