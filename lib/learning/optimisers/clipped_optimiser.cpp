#include "learning/optimisers/clipped_optimiser.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/stack.h>

#include <vector>

namespace nero_bench {
namespace {

constexpr double kNormOffset = 1e-6;

}  // namespace

ClippedOptimiser::ClippedOptimiser(std::unique_ptr<Optimiser> wrapped, double clip_norm)
    : Optimiser(wrapped->parameters()), wrapped_(std::move(wrapped)), clip_norm_(clip_norm) {}

void ClippedOptimiser::step() {
  clip();
  wrapped_->step();
}

void ClippedOptimiser::capture_step() {
  clip();
  wrapped_->capture_step();
}

void ClippedOptimiser::clip() {
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> norms;
  for (const auto& [name, tensor] : parameters_) {
    if (tensor.grad().defined()) norms.push_back(at::linalg_vector_norm(tensor.grad()));
  }
  if (norms.empty()) return;
  const auto norm = at::linalg_vector_norm(at::stack(norms));
  const auto factor = norm.add(kNormOffset).reciprocal_().mul_(clip_norm_).clamp_max_(1);
  for (const auto& [name, tensor] : parameters_) {
    if (tensor.grad().defined()) tensor.mutable_grad().mul_(factor);
  }
}

}  // namespace nero_bench
