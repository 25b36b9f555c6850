#pragma once
#include <functional>

#include "learning/memory/device.h"
#include "learning/training/prepared_trial.h"
#include "trial/events.h"
#include "trial/trial_record.h"

namespace nero_bench {

// How the world follows and stops a trial.
struct TrialMonitor {
  std::function<void(const ProgressEvent&)> progress = [](const ProgressEvent&) {};
  std::function<bool()> stop_requested = [] { return false; };
};

// Trains one trial from beginning to end and returns its record. Divergence (a loss that is not finite), running out of
// memory and a requested stop are statuses of the record. Throws DataError where the data set is missing or corrupt.
TrialRecord run_trial(const PreparedTrial& trial, const DataLocations& data, Device& device,
                      const TrialMonitor& monitor = {});

}  // namespace nero_bench
