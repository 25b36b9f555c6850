#include "learning/models/initialisers.h"

#include <ATen/ops/empty.h>

#include <cmath>

namespace nero_bench {

at::Tensor default_uniform(at::IntArrayRef shape, std::int64_t fan_in, const at::Generator& generator) {
  const double bound = 1 / std::sqrt(static_cast<double>(fan_in));
  return at::empty(shape, at::kFloat).uniform_(-bound, bound, generator);
}

at::Tensor kaiming_normal_fan_out(at::IntArrayRef shape, const at::Generator& generator) {
  const auto fan_out = static_cast<double>(shape[0] * shape[2] * shape[3]);
  return at::empty(shape, at::kFloat).normal_(0, std::sqrt(2 / fan_out), generator);
}

at::Tensor balanced_rows(const at::Tensor& weights) {
  const auto centred = weights - weights.mean(1, /*keepdim=*/true);
  return centred / centred.norm(2, 1, /*keepdim=*/true);
}

}  // namespace nero_bench
