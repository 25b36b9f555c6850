#pragma once
#include <span>
#include <vector>

#include "harness/experiment/experiment_config.h"
#include "harness/experiment/shard.h"
#include "trial/trial_record.h"

namespace nero_bench {

struct PlanOptions {
  // Trials that failed, timed out or ran out of memory are planned again. For the start of a run only: later it would
  // plan a trial that keeps failing for ever.
  bool retry_failed = false;
  Shard shard = {};  // plan only this part of the cells
};

// Whether a trial with this record is to run (again).
bool has_to_run(const TrialRecord& record, const PlanOptions& options);

// The trials of `config` that `records` do not yet answer, in the order to run them: first every (cell, candidate,
// search seed); once a cell's search is complete, its best candidate at every repeat seed (see selection.h). A cell
// whose every candidate diverged gets no repeats. No trial stands there twice. Throws ConfigError when the selection
// metric is missing from a completed record of the search.
std::vector<TrialSpec> plan_trials(const ExperimentConfig& config, std::span<const TrialRecord> records,
                                   const PlanOptions& options = {});

}  // namespace nero_bench
