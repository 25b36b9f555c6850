#pragma once
#include "base/registry.h"
#include "learning/optimisers/optimiser.h"

namespace nero_bench {

const Registry<BuildOptimiser>& optimisers();

// Reads "name", the optimiser's own options, and those that every optimiser accepts: "clip_norm" (global 2-norm, 0 for
// none), "implementation" and "step_in_backward" (per_tensor_optimiser.h).
BuildOptimiser parse_optimiser(JsonReader& json);

}  // namespace nero_bench
