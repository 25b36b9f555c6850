#include "harness/analysis/cell_trials.h"

#include <algorithm>

#include "harness/analysis/error_scale.h"
#include "harness/experiment/selection.h"

namespace nero_bench {

CellTrials::CellTrials(const Cell& cell, const Selection& select, const RecordIndex& records)
    : cell_(cell), select_(select), records_(records) {
  for (const auto i : by_rate(cell.candidates)) candidates_.push_back(cell.candidates[i]);
  const auto& search = cell.search_seeds;
  for (const auto seed : cell.repeat_seeds) {
    if (std::find(search.begin(), search.end(), seed) == search.end()) fresh_seeds_.push_back(seed);
  }
  for (const auto& candidate : candidates_) {
    for (const auto* record : all_at(candidate)) present_.push_back(record);
  }
}

std::vector<double> CellTrials::rates() const {
  std::vector<double> rates;
  for (const auto& candidate : candidates_) rates.push_back(candidate.learning_rate);
  return rates;
}

Errors CellTrials::search_errors(double cap) const {
  Errors errors;
  for (const auto& candidate : candidates_) {
    auto& row = errors.emplace_back();
    for (const auto seed : cell_.search_seeds)
      row.push_back(capped_error(records_.find(cell_.trial(candidate, seed)), select_, cap));
  }
  return errors;
}

std::vector<const TrialRecord*> CellTrials::found(const Candidate& candidate,
                                                  const std::vector<std::int64_t>& seeds) const {
  std::vector<const TrialRecord*> there;
  for (const auto seed : seeds) {
    if (const auto* record = records_.find(cell_.trial(candidate, seed))) there.push_back(record);
  }
  return there;
}

std::vector<const TrialRecord*> CellTrials::all_at(const Candidate& candidate) const {
  auto there = found(candidate, cell_.search_seeds);
  const auto fresh = fresh_at(candidate);
  there.insert(there.end(), fresh.begin(), fresh.end());
  return there;
}

std::vector<const TrialRecord*> CellTrials::fresh_at(const Candidate& candidate) const {
  return found(candidate, fresh_seeds_);
}

}  // namespace nero_bench
