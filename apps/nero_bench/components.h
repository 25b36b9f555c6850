#pragma once
#include <optional>
#include <string>
#include <vector>

#include "harness/experiment/experiment_config.h"
#include "harness/report/schedules.h"

namespace nero_bench {

// Has the trial program parse every component of the experiment and, where the trials are to run here, look whether the
// device will do for them. Throws ConfigError with its message, naming the place in the config.
void check_components(const ExperimentConfig& config, const std::string& trial_program,
                      const std::optional<std::string>& device = std::nullopt);

// Has it work out the learning rates of every cell. Throws DataError where the number of steps depends on a data set
// that is not there.
std::vector<CellSchedule> ask_schedules(const ExperimentConfig& config, const std::string& trial_program,
                                        const std::string& data_dir);

}  // namespace nero_bench
