#pragma once
#include <optional>
#include <vector>

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
  std::optional<std::size_t> best;  // of the cell's candidates; none if no one has finite scores on all its seeds
  double best_score = 0;            // its mean over the search seeds
};

// The candidates in the order of their rates, of equal rates in their own.
std::vector<std::size_t> by_rate(const std::vector<Candidate>& candidates);

// The best candidate by the mean over the search seeds; of equal ones the first by rate. A candidate can only win if
// all its seeds completed.
SearchOutcome search_outcome(const Cell& cell, const Selection& select, const RecordIndex& records);

// What the repeats run: the published choice if the config names it, else the best of a complete search; or none.
std::optional<Candidate> to_repeat(const Cell& cell, const SearchOutcome& outcome);

// Whether the trial need not run any more. An interrupted one never is done; one that failed, timed out or ran out of
// memory is.
bool is_done(TrialStatus status);

// Whether --retry-failed runs it again: failed, timed out, out of memory.
bool is_failure(TrialStatus status);

}  // namespace nero_bench
