#pragma once
#include <span>
#include <vector>

#include "harness/experiment/cells.h"
#include "harness/experiment/record_index.h"

namespace nero_bench {

// Errors over a grid at the same seeds, [rates][seeds]. NaN: no result.
using Errors = std::vector<std::vector<double>>;

// The records of one cell by rate and seed.
class CellTrials {
 public:
  CellTrials(const Cell& cell, const Protocol& protocol, const RecordIndex& records);

  const std::vector<double>& rates() const { return rates_; }  // of the search, ascending
  const std::vector<const TrialRecord*>& present() const { return present_; }
  const TrialRecord* find(double rate, std::int64_t seed) const { return records_.find(cell_.trial(rate, seed)); }

  // Of the search trials; those of repeats alone are not in it.
  Errors search_errors(double cap) const;

  // Seeds of the protocol that have a record at that rate: all, or only the repeat seeds that are no search seeds.
  std::vector<const TrialRecord*> all_at(double rate) const;
  std::vector<const TrialRecord*> fresh_at(double rate) const;

 private:
  std::vector<const TrialRecord*> found(double rate, const std::vector<std::int64_t>& seeds) const;

  const Cell& cell_;
  const Protocol& protocol_;
  const RecordIndex& records_;
  std::vector<double> rates_;
  std::vector<std::int64_t> fresh_seeds_;
  std::vector<const TrialRecord*> present_;
};

}  // namespace nero_bench
