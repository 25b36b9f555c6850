#include "learning/optimisers/optimiser.h"

#include <stdexcept>

namespace nero_bench {

void Optimiser::zero_grad() {
  for (const auto& parameter : parameters_) parameter.tensor.mutable_grad() = at::Tensor();
}

void Optimiser::capture_step() { throw std::logic_error("a step that cannot be part of a CUDA graph is captured"); }

void Optimiser::prepare_replay() { throw std::logic_error("a step that cannot be part of a CUDA graph is replayed"); }

}  // namespace nero_bench
