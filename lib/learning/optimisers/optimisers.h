#pragma once
#include "base/registry.h"
#include "learning/optimisers/optimiser.h"

namespace nero_bench {

const Registry<BuildOptimiser>& optimisers();

// Reads "name", the optimiser's own options, and "clip_norm" (global 2-norm, 0 for none), which every optimiser
// accepts.
BuildOptimiser parse_optimiser(JsonReader& json);

}  // namespace nero_bench
