#include "learning/metrics/signal.h"

namespace nero_bench {

double relative_spread(const at::Tensor& activations) {
  const auto values = activations.detach().to(at::kDouble);
  const auto variance = values.var(/*dim=*/0, /*unbiased=*/false).mean();
  const auto mean_square = values.mean(0).square().mean();
  return (variance / mean_square).sqrt().item<double>();
}

}  // namespace nero_bench
