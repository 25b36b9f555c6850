#include "harness/analysis/summary.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/statistics.h"
#include "harness/analysis/rate_curve.h"
#include "harness/experiment/config_warnings.h"
#include "harness/experiment/record_index.h"
#include "harness/experiment/selection.h"

namespace nero_bench {
namespace {

Spread spread_of(const std::vector<double>& values) {
  return {static_cast<std::int64_t>(values.size()), mean(values), minimum(values), maximum(values),
          standard_deviation(values)};
}

// Goes through the trials of one cell, each record counted once in the totals.
class CellReader {
 public:
  CellReader(const Cell& cell, const Selection& select, const RecordIndex& records)
      : cell_(cell), select_(select), records_(records) {}

  RateSummary read(const Candidate& candidate, const std::vector<std::int64_t>& seeds) {
    RateSummary summary{candidate.learning_rate, candidate.settings, {}, {}};
    std::vector<double> values;
    for (const auto seed : seeds) {
      const auto id = trial_id(cell_.trial(candidate, seed));
      const auto* record = records_.find(id);
      StatusCounts one;
      record == nullptr ? void(one.missing = 1) : one.count(record->status);
      summary.counts.add(one);
      if (seen_.insert(id).second) {
        totals_.add(one);
        if (record != nullptr && record->steps > 0) ran_.push_back(record);
      }
      if (record != nullptr && record->status == TrialStatus::kCompleted) values.push_back(score(*record, select_));
    }
    summary.metric = spread_of(values);
    return summary;
  }

  void finish(CellSummary& summary) const {
    summary.totals = totals_;
    if (ran_.empty()) return;
    summary.state_bytes = largest([](const TrialRecord& record) { return record.memory.optimiser_state; });
    summary.process_peak_bytes = largest([](const TrialRecord& record) { return record.memory.process_peak; });
    summary.allocator_peak_bytes = largest([](const TrialRecord& record) { return record.memory.allocator_peak; });
    summary.step_transient_bytes = largest([](const TrialRecord& record) { return record.memory.step_transient_peak; });
    summary.step_seconds = typical([](const TrialRecord& record) { return record.timings.step_seconds; });
    summary.optimiser_seconds = typical([](const TrialRecord& record) { return record.timings.optimiser_seconds; });
  }

 private:
  template <class Get>
  std::int64_t largest(Get get) const {
    std::int64_t most = 0;
    for (const auto* record : ran_) most = std::max(most, get(*record));
    return most;
  }

  template <class Get>
  double typical(Get get) const {
    std::vector<double> values;
    for (const auto* record : ran_) values.push_back(get(*record));
    return median(values);
  }

  const Cell& cell_;
  const Selection& select_;
  const RecordIndex& records_;
  std::set<std::string> seen_;
  std::vector<const TrialRecord*> ran_;
  StatusCounts totals_;
};

// Whether the rates have a mean and it is the same for all that have one.
bool all_alike(const std::vector<RateSummary>& rates) {
  std::set<double> means;
  std::size_t completed = 0;
  for (const auto& rate : rates) {
    if (rate.metric.count == 0) continue;
    means.insert(rate.metric.mean);
    ++completed;
  }
  return completed > 1 && means.size() == 1;
}

CellSummary summarise_cell(const Cell& cell, const Selection& select, const RecordIndex& records) {
  CellSummary summary;
  summary.task = cell.task_label();
  summary.optimiser = cell.optimiser;
  summary.block = cell.block_label();
  summary.line = cell.line;
  summary.variant = cell.variant;
  summary.study = cell.study;
  summary.is_design = cell.is_design;
  summary.settings = cell.settings;

  CellReader reader(cell, select, records);
  const auto order = by_rate(cell.candidates);
  for (const auto i : order) summary.rates.push_back(reader.read(cell.candidates[i], cell.search_seeds));

  const auto outcome = search_outcome(cell, select, records);
  summary.search_complete = outcome.complete;
  summary.best_metric = outcome.best_score;
  summary.rates_alike = all_alike(summary.rates);
  if (outcome.best) {
    summary.best = static_cast<std::size_t>(std::find(order.begin(), order.end(), *outcome.best) - order.begin());
    summary.best_rate = summary.rates[*summary.best].learning_rate;
    if (!cell.is_design) summary.best_at = edge_at(*summary.best, summary.rates.size());
  }
  const auto chosen = to_repeat(cell, outcome);
  if (chosen && !cell.repeat_seeds.empty()) summary.repeats = reader.read(*chosen, cell.repeat_seeds);
  reader.finish(summary);
  return summary;
}

}  // namespace

void StatusCounts::count(TrialStatus status) {
  switch (status) {
    case TrialStatus::kCompleted: ++completed; break;
    case TrialStatus::kDiverged: ++diverged; break;
    case TrialStatus::kTimedOut: ++timed_out; break;
    case TrialStatus::kOutOfMemory: ++out_of_memory; break;
    case TrialStatus::kFailed: ++failed; break;
    case TrialStatus::kInterrupted: ++interrupted; break;
  }
}

void StatusCounts::add(const StatusCounts& other) {
  completed += other.completed;
  diverged += other.diverged;
  timed_out += other.timed_out;
  out_of_memory += other.out_of_memory;
  failed += other.failed;
  interrupted += other.interrupted;
  missing += other.missing;
}

bool CellSummary::is_best(const RateSummary& candidate) const {
  return best && rates[*best].learning_rate == candidate.learning_rate && rates[*best].settings == candidate.settings;
}

Summary summarise(const ExperimentConfig& config, std::span<const TrialRecord> records) {
  const RecordIndex index(records);
  Summary summary;
  summary.experiment = config.name;
  summary.description = config.description;
  summary.paper = config.paper;
  summary.select = config.protocol.select;
  summary.search_seeds = config.protocol.search_seeds;
  summary.repeat_seeds = config.protocol.repeat_seeds;
  summary.choosing_repeat_seeds = choosing_repeat_seeds(config);
  for (const auto& cell : expand(config)) {
    summary.cells.push_back(summarise_cell(cell, config.protocol.select, index));
    summary.totals.add(summary.cells.back().totals);
  }
  return summary;
}

}  // namespace nero_bench
