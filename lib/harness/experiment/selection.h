#pragma once
#include <optional>

#include "harness/experiment/cells.h"
#include "harness/experiment/record_index.h"

namespace nero_bench {

// The value by which a trial is judged; NaN for one that did not complete and where the metric is not finite.
// Throws ConfigError if a completed record lacks the metric.
double score(const TrialRecord& record, const Selection& select);

// Whether `a` beats `b`. NaN beats nothing, and everything else beats NaN.
bool is_better(double a, double b, const Selection& select);

// What the search of a cell has found so far.
struct SearchOutcome {
  bool complete = false;            // every trial of the search is done
  std::optional<double> best_rate;  // none if no rate has finite scores on all its seeds
  double best_score = 0;            // its mean over the search seeds
};

// The best rate by the mean over the search seeds; of equal ones the smaller. A rate can only win if all its seeds
// completed.
SearchOutcome search_outcome(const Cell& cell, const Protocol& protocol, const RecordIndex& records);

// The rate of the repeats: the published one if the config names it, else the best of a complete search; or none.
std::optional<double> repeat_rate(const Cell& cell, const SearchOutcome& outcome);

// Whether the trial need not run any more. An interrupted one never is done; one that failed, timed out or ran out of
// memory is.
bool is_done(TrialStatus status);

// Whether --retry-failed runs it again: failed, timed out, out of memory.
bool is_failure(TrialStatus status);

}  // namespace nero_bench
