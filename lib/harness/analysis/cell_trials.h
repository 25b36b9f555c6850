#pragma once
#include <span>
#include <vector>

#include "harness/experiment/cells.h"
#include "harness/experiment/record_index.h"

namespace nero_bench {

// Errors of candidates at the same seeds, [candidates][seeds]. NaN: no result.
using Errors = std::vector<std::vector<double>>;

// The records of one cell by candidate and seed; refers to what it was made from.
class CellTrials {
 public:
  CellTrials(const Cell& cell, const Selection& select, const RecordIndex& records);

  const std::vector<Candidate>& candidates() const { return candidates_; }  // ascending by rate
  std::vector<double> rates() const;                                        // theirs
  const std::vector<const TrialRecord*>& present() const { return present_; }

  // Of the search trials; those of repeats alone are not in it.
  Errors search_errors(double cap) const;

  // The records of a candidate at the seeds of the protocol: all, or only the repeat seeds that are no search seeds.
  std::vector<const TrialRecord*> all_at(const Candidate& candidate) const;
  std::vector<const TrialRecord*> fresh_at(const Candidate& candidate) const;

 private:
  std::vector<const TrialRecord*> found(const Candidate& candidate, const std::vector<std::int64_t>& seeds) const;

  const Cell& cell_;
  const Selection& select_;
  const RecordIndex& records_;
  std::vector<Candidate> candidates_;
  std::vector<std::int64_t> fresh_seeds_;
  std::vector<const TrialRecord*> present_;
};

}  // namespace nero_bench
