#include "learning/optimisers/madam.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros_like.h>

#include <cmath>
#include <limits>

#include "learning/optimisers/balance.h"

namespace nero_bench {
namespace {

constexpr double kBeta = 0.999;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

double root_mean_square(const at::Tensor& tensor) { return tensor.square().mean().sqrt_().item<double>(); }

}  // namespace

MadamOptions parse_madam(JsonReader& json) {
  MadamOptions options;
  options.p_scale = json.optional("p_scale", options.p_scale, Range::positive());
  options.g_bound = json.optional("g_bound", options.g_bound, Range::positive());
  options.constrain = json.optional("constrain", options.constrain);
  return options;
}

Madam::Madam(NamedTensors parameters, const MadamOptions& options)
    : Optimiser(std::move(parameters)), options_(options) {
  const at::NoGradGuard no_grad;
  for (const auto& [name, tensor] : parameters_) slots_.push_back({at::zeros_like(tensor)});
}

void Madam::step() {
  const at::NoGradGuard no_grad;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const auto& parameter = parameters_[i].tensor;
    const auto& gradient = parameter.grad();
    if (!gradient.defined()) continue;
    auto& slot = slots_[i];
    if (slot.steps == 0) slot.bound = options_.p_scale * root_mean_square(parameter);
    slot.mean_square.mul_(kBeta).addcmul_(gradient, gradient, 1 - kBeta);
    const double bias_correction = 1 - std::pow(kBeta, ++slot.steps);
    auto direction = gradient / (slot.mean_square / bias_correction).sqrt_();
    direction.nan_to_num_(0, kInfinity, -kInfinity).clamp_(-options_.g_bound, options_.g_bound);
    parameter.mul_(direction.mul_(parameter.sign()).mul_(-learning_rate_).exp_());
    parameter.clamp_(-slot.bound, slot.bound);
    if (options_.constrain && has_rows(parameter)) balance_rows(parameter, {});
  }
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
