#pragma once
#include <string>
#include <vector>

#include "harness/experiment/experiment_config.h"

namespace nero_bench {

// The repeat seeds that are search seeds, too: a rate that was chosen by their scores is flattered by them. None where
// every optimiser is repeated at a published rate, which no search chose.
std::vector<std::int64_t> choosing_repeat_seeds(const ExperimentConfig& config);

// "seed 0", "seeds 0, 1, 2"; of very many the first.
std::string seeds_text(const std::vector<std::int64_t>& seeds);

// What is allowed and seldom meant, with its remedy.
std::vector<std::string> warnings_about(const ExperimentConfig& config);

}  // namespace nero_bench
