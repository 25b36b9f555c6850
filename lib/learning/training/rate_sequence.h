#pragma once
#include <vector>

#include "learning/training/prepared_trial.h"

namespace nero_bench {

// Before the first step of a training run that long.
Progress start_of(const Budget& budget, std::int64_t steps_per_epoch);

// What a schedule makes of a trial's base rate, step by step.
struct RateSequence {
  std::int64_t steps_per_epoch = 0;
  std::vector<double> factors;  // of every step, from the first
};

// Builds no model; the data set is loaded only where its size is not known without. Throws DataError.
RateSequence rate_sequence(const PreparedTrial& trial, const DataLocations& data);

}  // namespace nero_bench
