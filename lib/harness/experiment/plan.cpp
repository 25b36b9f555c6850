#include "harness/experiment/plan.h"

#include <unordered_set>

#include "harness/experiment/selection.h"

namespace nero_bench {
namespace {

// Gathers the trials that still have to run, each once.
class Plan {
 public:
  Plan(const RecordIndex& records, const PlanOptions& options) : records_(records), options_(options) {}

  void add(TrialSpec spec) {
    auto id = trial_id(spec);
    const auto* record = records_.find(id);
    const bool answered = record != nullptr && !has_to_run(*record, options_);
    if (!answered && planned_.insert(std::move(id)).second) trials_.push_back(std::move(spec));
  }

  std::size_t size() const { return trials_.size(); }
  std::vector<TrialSpec> take() { return std::move(trials_); }

 private:
  const RecordIndex& records_;
  const PlanOptions& options_;
  std::unordered_set<std::string> planned_;
  std::vector<TrialSpec> trials_;
};

}  // namespace

bool has_to_run(const TrialRecord& record, const PlanOptions& options) {
  return !is_done(record.status) || (options.retry_failed && is_failure(record.status));
}

std::vector<TrialSpec> plan_trials(const ExperimentConfig& config, std::span<const TrialRecord> records,
                                   const PlanOptions& options) {
  const RecordIndex index(records);
  const auto cells = cells_of(options.shard, expand(config));
  Plan plan(index, options);
  std::vector<bool> searched;  // whether nothing of a cell's search has to run (again)
  for (const auto& cell : cells) {
    const auto before = plan.size();
    for (const auto& candidate : cell.candidates) {
      for (const auto seed : cell.search_seeds) plan.add(cell.trial(candidate, seed));
    }
    searched.push_back(plan.size() == before);
  }
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const auto chosen = to_repeat(cells[i], search_outcome(cells[i], config.protocol.select, index));
    // A failure that is retried may yet change the choice.
    if (!chosen || (!searched[i] && !cells[i].published)) continue;
    for (const auto seed : cells[i].repeat_seeds) plan.add(cells[i].trial(*chosen, seed));
  }
  return plan.take();
}

}  // namespace nero_bench
