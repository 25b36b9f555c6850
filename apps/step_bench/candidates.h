#pragma once
#include <functional>
#include <string>
#include <vector>

#include "learning/tensors/named_tensors.h"

namespace nero_bench {

// A way to make one optimiser step.
struct Candidate {
  std::string name;            // "nero, fused"
  std::string optimiser;       // "nero"
  double bytes_per_parameter;  // that a step cannot do without: each array read once, and written once where it changes
  std::function<void()> step;
};

// What may be asked for: "nero", "sgd", "momentum" (SGD with it), "adam", "lamb", "madam".
std::vector<std::string> benched_optimisers();

// An in-place axpy first, then for each of `optimisers` ours by both implementations and what LibTorch has, each with a
// state of its own over the same parameters and gradients.
std::vector<Candidate> candidates(const std::vector<std::string>& optimisers, const NamedTensors& parameters);

}  // namespace nero_bench
