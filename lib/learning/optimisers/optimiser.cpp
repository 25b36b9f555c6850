#include "learning/optimisers/optimiser.h"

namespace nero_bench {

void Optimiser::zero_grad() {
  for (const auto& parameter : parameters_) parameter.tensor.mutable_grad() = at::Tensor();
}

}  // namespace nero_bench
