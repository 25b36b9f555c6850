#pragma once
#include <string>

#include "harness/experiment/experiment_config.h"

namespace nero_bench {

// Has the trial program parse every component of the experiment and open the device. Throws ConfigError with its
// message, naming the place in the config.
void check_components(const ExperimentConfig& config, const std::string& trial_program, const std::string& device);

}  // namespace nero_bench
