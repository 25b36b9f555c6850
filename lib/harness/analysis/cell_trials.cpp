#include "harness/analysis/cell_trials.h"

#include <algorithm>

#include "harness/analysis/error_scale.h"

namespace nero_bench {

CellTrials::CellTrials(const Cell& cell, const Protocol& protocol, const RecordIndex& records)
    : cell_(cell), protocol_(protocol), records_(records), rates_(cell.learning_rates) {
  std::sort(rates_.begin(), rates_.end());
  const auto& search = protocol.search_seeds;
  for (const auto seed : protocol.repeat_seeds) {
    if (std::find(search.begin(), search.end(), seed) == search.end()) fresh_seeds_.push_back(seed);
  }
  for (const double rate : rates_) {
    for (const auto* record : all_at(rate)) present_.push_back(record);
  }
}

Errors CellTrials::search_errors(double cap) const {
  Errors errors;
  for (const double rate : rates_) {
    auto& row = errors.emplace_back();
    for (const auto seed : protocol_.search_seeds) row.push_back(capped_error(find(rate, seed), protocol_.select, cap));
  }
  return errors;
}

std::vector<const TrialRecord*> CellTrials::found(double rate, const std::vector<std::int64_t>& seeds) const {
  std::vector<const TrialRecord*> there;
  for (const auto seed : seeds) {
    if (const auto* record = find(rate, seed)) there.push_back(record);
  }
  return there;
}

std::vector<const TrialRecord*> CellTrials::all_at(double rate) const {
  auto there = found(rate, protocol_.search_seeds);
  const auto fresh = fresh_at(rate);
  there.insert(there.end(), fresh.begin(), fresh.end());
  return there;
}

std::vector<const TrialRecord*> CellTrials::fresh_at(double rate) const { return found(rate, fresh_seeds_); }

}  // namespace nero_bench
