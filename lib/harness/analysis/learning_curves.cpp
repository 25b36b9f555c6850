#include "harness/analysis/learning_curves.h"

#include <algorithm>
#include <map>

#include "harness/analysis/cell_trials.h"

namespace nero_bench {
namespace {

std::vector<EpochScore> curve_of(const std::vector<const TrialRecord*>& trials, const std::string& metric) {
  std::map<std::int64_t, EpochScore> epochs;
  for (const auto* trial : trials) {
    for (const auto& point : trial->curve) {
      const auto found = point.metrics.find(metric);
      if (found == point.metrics.end()) continue;
      const auto value = found->second;
      auto& epoch = epochs.try_emplace(point.epoch, EpochScore{point.epoch, 0, value, value, 0}).first->second;
      epoch.mean += value;  // the sum so far
      epoch.lowest = std::min(epoch.lowest, value);
      epoch.highest = std::max(epoch.highest, value);
      ++epoch.seeds;
    }
  }
  std::vector<EpochScore> curve;
  for (const auto& [number, epoch] : epochs) {
    curve.push_back(epoch);
    curve.back().mean /= static_cast<double>(epoch.seeds);
  }
  return curve;
}

}  // namespace

std::vector<std::vector<EpochScore>> learning_curves(const ExperimentConfig& config,
                                                     std::span<const TrialRecord> records, const Analysis& analysis) {
  const RecordIndex index(records);
  const auto cells = expand(config);
  std::vector<std::vector<EpochScore>> curves;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const CellTrials trials(cells[i], config.protocol.select, index);
    const auto& best = analysis.cells.at(i).best;
    curves.push_back(best ? curve_of(trials.all_at(trials.candidates().at(*best)), config.protocol.select.name())
                          : std::vector<EpochScore>{});
  }
  return curves;
}

}  // namespace nero_bench
