#pragma once
#include <vector>

#include "harness/analysis/analysis.h"
#include "harness/analysis/cell_trials.h"

namespace nero_bench {

// The search of one optimiser on one task, complete: every error is a number, none above `untrained`.
struct SearchErrors {
  std::vector<double> rates;   // ascending
  Errors errors;               // [rates][search seeds]
  std::vector<double> shared;  // the rates that all optimisers of the task tried
  std::size_t best = 0;        // of `rates`: none has a lower mean error
  double trivial = 0;          // errors of the references
  double untrained = 0;
  bool is_design = false;  // the rates are those of points that differ in more
};

// Everything about tuning that the search of one optimiser tells. Intervals are over seeds, each of which goes through
// all rates: a seed is resampled whole. They are for these tasks and these rates.
Sensitivity sensitivity_of(const SearchErrors& search, const Selection& select, const AnalysisOptions& options);

}  // namespace nero_bench
