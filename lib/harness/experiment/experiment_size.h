#pragma once
#include "base/json_reader.h"
#include "harness/experiment/experiment_config.h"

namespace nero_bench {

// Refuses an experiment of so many trials or combinations that only a mistake can ask for them: every cell holds a copy
// of its components, so a small file could ask for any amount of memory. Throws ConfigError.
void check_size(const JsonReader& json, const ExperimentConfig& config);

}  // namespace nero_bench
