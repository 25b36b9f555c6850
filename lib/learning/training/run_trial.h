#pragma once
#include <functional>

#include "learning/memory/device.h"
#include "learning/training/prepared_trial.h"
#include "learning/training/trial_checkpoints.h"
#include "trial/events.h"
#include "trial/trial_record.h"

namespace nero_bench {

// How the world follows and stops a trial.
struct TrialMonitor {
  std::function<void(const ProgressEvent&)> progress = [](const ProgressEvent&) {};
  std::function<bool()> stop_requested = [] { return false; };
  std::function<void(const std::string&)> warn = [](const std::string&) {};
};

// How a trial is executed, on which its results do not depend.
struct TrialExecution {
  CheckpointOptions checkpoints = {};
  bool cuda_graphs = false;  // on a GPU, record a training step and replay it (learning/tasks/step_graph.h)
};

// Trains one trial from its beginning, or from its newest usable checkpoint, to its end and returns its record; that is
// the same, to the last bit of what is not time, however often it was stopped. Divergence (a loss that is not finite),
// running out of memory and a requested stop are statuses of the record. Throws ConfigError as check_device() does,
// DataError where the data set is missing or corrupt, StoreError where a checkpoint cannot be written.
TrialRecord run_trial(const PreparedTrial& trial, const DataLocations& data, Device& device,
                      const TrialMonitor& monitor = {}, const TrialExecution& execution = {});

}  // namespace nero_bench
