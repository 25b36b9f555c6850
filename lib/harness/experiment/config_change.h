#pragma once
#include <set>
#include <string>
#include <vector>

#include "harness/experiment/experiment_config.h"

namespace nero_bench {

// A place where two configs differ: "budget.epochs", "2", "1"; "nothing" where one has no such place.
struct ConfigDifference {
  std::string path;
  std::string before;
  std::string now;
};

// Where two configs differ in what they ask for; words for people and where trials run do not count. Empty: they are
// the same experiment.
std::vector<ConfigDifference> differences(const ExperimentConfig& before, const ExperimentConfig& now);

// Those of `trials` (ids) that `before` may run and `now` does not know. None where a seed, a rate or an optimiser was
// added; all where the task was changed.
std::set<std::string> trials_given_up(const ExperimentConfig& before, const ExperimentConfig& now,
                                      const std::set<std::string>& trials);

}  // namespace nero_bench
