#include "learning/optimisers/nero.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros_like.h>

#include <cmath>
#include <limits>

namespace nero_bench {
namespace {

constexpr double kScaleOfZeroTensor = 0.01;  // a bias that starts at zero must be able to move
constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

NeroOptions parse_nero(JsonReader& json) {
  NeroOptions options;
  options.beta = json.optional("beta", options.beta,
                               "decay per step of the average squared gradient norm of each neuron (the paper's β)",
                               Range::decay());
  options.constrain_mean = json.optional("constrain_mean", options.constrain_mean,
                                         "keep the weights of every neuron at mean 0 (the paper's Algorithm 1)");
  options.constrain_norm = json.optional("constrain_norm", options.constrain_norm,
                                         "keep the weights of every neuron at 2-norm 1 (the paper's Algorithm 1)");
  return options;
}

Nero::Nero(NamedTensors parameters, const NeroOptions& options)
    : PerTensorOptimiser(std::move(parameters)),
      options_(options),
      balance_{options.constrain_mean, options.constrain_norm} {
  const at::NoGradGuard no_grad;
  for (const auto& parameter : parameters_) slots_.push_back(project_and_allocate(parameter.tensor));
}

Nero::Slot Nero::project_and_allocate(const at::Tensor& parameter) {
  at::Tensor degenerate;
  if (has_rows(parameter)) {
    // Centred once more: the rounding errors of a mean far larger than the spread of the weights would show.
    if (balance_.mean) balance_rows(parameter, {.mean = true, .norm = false});
    degenerate = balance_rows(parameter, balance_);
  }
  const auto norm = neuron_norm(parameter);
  if (!degenerate.defined()) degenerate = at::zeros_like(norm, at::kBool);
  degenerate_rows_ += degenerate.sum().item<std::int64_t>();

  const auto counted = degenerate.logical_not().sum().clamp_min_(1);
  const auto scale = norm.masked_fill(degenerate, 0).sum() / counted;
  return {at::zeros_like(norm), scale.masked_fill(scale == 0, kScaleOfZeroTensor)};
}

void Nero::step_with_tensor_operations(std::size_t tensor) {
  const auto& parameter = parameters_[tensor].tensor;
  const auto& gradient = parameter.grad();
  auto& slot = slots_[tensor];
  slot.mean_square.mul_(options_.beta).add_(neuron_norm(gradient).square_(), 1 - options_.beta);
  const double bias_correction = 1 - std::pow(options_.beta, ++slot.steps);
  auto direction = gradient / (slot.mean_square / bias_correction).sqrt_();
  direction.nan_to_num_(0, kInfinity, -kInfinity);  // 0/0: a neuron that never had a gradient
  parameter.addcmul_(direction, slot.scale, -learning_rate_);
  if (has_rows(parameter)) balance_rows(parameter, balance_);
}

void Nero::step_fused(const std::vector<std::size_t>& tensors, StepPart part) {
  std::vector<NeroTensor<float>> views;
  for (const auto i : tensors) {
    const auto& parameter = parameters_[i].tensor;
    auto& slot = slots_[i];
    views.push_back({.weight = parameter.mutable_data_ptr<float>(),
                     .gradient = parameter.grad().const_data_ptr<float>(),
                     .mean_square = slot.mean_square.mutable_data_ptr<float>(),
                     .scale = slot.scale.const_data_ptr<float>(),
                     .rows = rows_of(parameter),
                     .has_rows = has_rows(parameter),
                     .steps = ++slot.steps});
  }
  const NeroStep step{learning_rate_, options_.beta, options_.constrain_mean, options_.constrain_norm};
  fused_(parameters_[tensors.front()].tensor.device(), views, step, part);
}

OptimiserState Nero::state() {
  OptimiserState state;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const auto& name = parameters_[i].name;
    state.tensors.push_back({name + "/mean_square", slots_[i].mean_square});
    state.tensors.push_back({name + "/scale", slots_[i].scale});
    state.scalars.push_back({name + "/steps", &slots_[i].steps});
  }
  return state;
}

std::int64_t Nero::expected_state_bytes() const {
  std::int64_t bytes = 0;
  for (const auto& [name, tensor] : parameters_) {
    bytes += (neuron_count(tensor) + 1) * static_cast<std::int64_t>(tensor.element_size());
  }
  return bytes;
}

std::map<std::string, std::int64_t> Nero::notes() const {
  std::int64_t frozen = 0;
  for (const auto& slot : slots_) frozen += slot.mean_square.isfinite().logical_not_().sum().item<std::int64_t>();
  return {{"degenerate_rows", degenerate_rows_}, {"frozen_neurons", frozen}};
}

}  // namespace nero_bench
