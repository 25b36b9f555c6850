#include "learning/models/layers.h"

#include <ATen/ops/batch_norm.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/linear.h>

namespace nero_bench {
namespace {

constexpr double kMomentum = 0.1;
constexpr double kEpsilon = 1e-5;

}  // namespace

at::Tensor Convolution::operator()(const at::Tensor& images) const {
  return at::conv2d(images, weight, {}, stride, /*padding=*/weight.size(2) / 2);
}

at::Tensor BatchNorm::operator()(const at::Tensor& images, const Pass& pass) const {
  const bool uses_running = !pass.batch_statistics || pass.update_statistics;
  return at::batch_norm(images, gain, bias, uses_running ? running_mean : at::Tensor(),
                        uses_running ? running_variance : at::Tensor(), pass.batch_statistics, kMomentum, kEpsilon,
                        /*cudnn_enabled=*/true);
}

at::Tensor Linear::operator()(const at::Tensor& x) const { return at::linear(x, weight, bias); }

at::Tensor dropout(const at::Tensor& x, double rate, const Pass& pass) {
  if (!pass.dropout) return x;
  const auto factors = at::empty_like(x).bernoulli_(1 - rate, pass.dropout).div_(1 - rate);
  return x * factors;
}

}  // namespace nero_bench
