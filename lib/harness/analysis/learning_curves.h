#pragma once
#include <span>
#include <vector>

#include "harness/analysis/analysis.h"

namespace nero_bench {

// The selection metric after so many epochs over the seeds of one rate that got there.
struct EpochScore {
  std::int64_t epoch = 0;
  double mean = 0;
  double lowest = 0;
  double highest = 0;
  std::int64_t seeds = 0;
};

// How each cell learns at its best rate: a curve a cell, in the order of analysis.cells; empty without a best rate.
// `analysis` is of the same config and records.
std::vector<std::vector<EpochScore>> learning_curves(const ExperimentConfig& config,
                                                     std::span<const TrialRecord> records, const Analysis& analysis);

}  // namespace nero_bench
