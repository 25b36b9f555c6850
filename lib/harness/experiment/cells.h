#pragma once
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/experiment/experiment_config.h"
#include "trial/trial_spec.h"

namespace nero_bench {

// One optimiser variant on one task variant: everything but the learning rate and the seed.
struct Cell {
  std::string task;       // "depth 5, init balanced"
  std::string optimiser;  // "nero, beta 0.9"
  // The same cut for tables: what only this optimiser varies moves from the task to the optimiser. Cells of a block can
  // be compared.
  std::string block;        // "depth 5"
  std::string line;         // "adam, init balanced"
  std::size_t variant = 0;  // which combination of the optimiser's own axes

  std::string task_path;  // where the components stand in the config, for messages: "tasks[1]", "optimisers[0]"
  std::string optimiser_path;

  std::vector<Setting> settings;  // of every axis
  std::vector<double> learning_rates;
  std::optional<double> repeat_learning_rate;
  std::optional<double> default_learning_rate;
  TrialSpec common;  // rate and seed are not set

  TrialSpec trial(double learning_rate, std::int64_t seed) const;
};

// The cells of an experiment, optimiser by optimiser in the order of the file. Throws ConfigError if a setting does not
// fit its component.
std::vector<Cell> expand(const ExperimentConfig& config);

// The ids of every trial that the experiment may run: all rates at the search and the repeat seeds.
std::set<std::string> trial_ids(const ExperimentConfig& config);

}  // namespace nero_bench
