#pragma once
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/experiment/candidate.h"
#include "harness/experiment/experiment_config.h"
#include "trial/precision.h"
#include "trial/trial_spec.h"

namespace nero_bench {

// One search: an optimiser variant on a task variant, and the candidates of which the best is chosen and repeated.
struct Cell {
  std::string task;       // "depth 5, init balanced", without the precision
  std::string optimiser;  // "nero, beta 0.9"
  // The same cut for tables: what only this optimiser varies moves from the task to the optimiser. Cells of a block can
  // be compared where their precision is the same.
  std::string block;        // "depth 5", without the precision
  std::string line;         // "adam, init balanced"
  std::size_t variant = 0;  // which combination of the optimiser's own axes
  bool is_design = false;   // the candidates were drawn from a search space; otherwise they are a grid of rates
  std::int64_t study = 0;   // of a design, from 0

  std::string task_path;  // where the components stand in the config, for messages: "tasks[1]", "optimisers[0]"
  std::string optimiser_path;

  std::vector<Setting> settings;       // of every axis
  std::vector<Candidate> candidates;   // in the order of the config
  std::optional<Candidate> published;  // repeated whatever the search finds
  std::optional<double> default_learning_rate;
  std::vector<std::int64_t> search_seeds;  // every candidate is tried on these
  std::vector<std::int64_t> repeat_seeds;  // the chosen one is then run on these
  TrialSpec common;                        // rate, seed and the settings of a candidate are not set

  TrialSpec trial(const Candidate& candidate, std::int64_t seed) const;

  // The task and the block as they are shown.
  std::string task_label() const { return with_precision(task, common.task); }
  std::string block_label() const { return with_precision(block, common.task); }
};

// The cells of an experiment, optimiser by optimiser in the order of the file. Throws ConfigError if a setting does not
// fit its component.
std::vector<Cell> expand(const ExperimentConfig& config);

// The ids of every trial that the experiment may run: all candidates at the search and the repeat seeds.
std::set<std::string> trial_ids(const ExperimentConfig& config);

}  // namespace nero_bench
