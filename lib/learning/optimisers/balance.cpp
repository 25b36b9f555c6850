#include "learning/optimisers/balance.h"

#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/zeros_like.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace nero_bench {
namespace {

// All dimensions but the first: works for any memory layout, unlike a view of two dimensions.
std::vector<std::int64_t> fan_in_dimensions(const at::Tensor& weight) {
  std::vector<std::int64_t> dimensions(static_cast<std::size_t>(weight.dim() - 1));
  std::iota(dimensions.begin(), dimensions.end(), 1);
  return dimensions;
}

// What a centred row of equal entries may amount to, relative to the entries: the mean is a few roundings off.
double centring_error(const at::Tensor& weight) {
  const double rounding = weight.scalar_type() == at::kDouble ? std::numeric_limits<double>::epsilon()
                                                              : std::numeric_limits<float>::epsilon();
  double fan_in = 1;
  for (const auto dimension : fan_in_dimensions(weight)) fan_in *= static_cast<double>(weight.size(dimension));
  return 8 * rounding * std::sqrt(fan_in);
}

}  // namespace

std::int64_t neuron_count(const at::Tensor& parameter) {
  return has_rows(parameter) ? parameter.size(0) : parameter.numel();
}

at::Tensor neuron_norm(const at::Tensor& parameter) {
  if (!has_rows(parameter)) return parameter.abs();
  return at::linalg_vector_norm(parameter, 2, fan_in_dimensions(parameter), /*keepdim=*/true);
}

at::Tensor balance_rows(const at::Tensor& weight, const Balance& balance) {
  at::Tensor vanishing;
  if (balance.mean) {
    const auto mean = weight.mean(fan_in_dimensions(weight), /*keepdim=*/true);
    weight.sub_(mean);
    vanishing = mean.abs().mul_(centring_error(weight));
  }
  auto norm = neuron_norm(weight);
  if (!balance.norm) return at::zeros_like(norm, at::kBool);
  auto degenerate = balance.mean ? norm.le(vanishing) : norm.eq(0);
  weight.div_(norm.masked_fill_(degenerate, 1));
  return degenerate;
}

}  // namespace nero_bench
