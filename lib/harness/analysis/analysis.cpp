#include "harness/analysis/analysis.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "harness/analysis/cell_analysis.h"
#include "harness/analysis/error_scale.h"
#include "harness/analysis/over_tasks.h"
#include "harness/experiment/record_index.h"

namespace nero_bench {
namespace {

struct TaskCells {
  std::vector<std::size_t> cells;
  std::vector<const TrialRecord*> records;
};

std::vector<double> shared_rates(const std::vector<CellTrials>& trials, const std::vector<std::size_t>& cells) {
  auto shared = trials[cells.front()].rates();
  for (const auto cell : cells) {
    const auto& own = trials[cell].rates();
    std::erase_if(shared, [&](double rate) { return std::find(own.begin(), own.end(), rate) == own.end(); });
  }
  return shared;
}

// Nine tenths of the way from the trivial predictor to the best that any optimiser of the task reached.
std::optional<double> target_error(const Summary& summary, const std::vector<std::size_t>& cells,
                                   const Reference& trivial, const AnalysisOptions& options) {
  if (options.target_score) return error_of(*options.target_score, summary.select);
  double best = trivial.error;
  for (const auto i : cells) {
    if (summary.cells[i].best_rate) best = std::min(best, error_of(summary.cells[i].best_metric, summary.select));
  }
  return best + (trivial.error - best) / 10;
}

TaskFacts facts_of(const TaskCells& task, const std::vector<CellTrials>& trials, const Summary& summary,
                   const AnalysisOptions& options) {
  TaskFacts facts;
  facts.trivial = trivial_predictor(task.records, summary.select, options.trivial_score);
  facts.shared_rates = shared_rates(trials, task.cells);
  if (facts.trivial) facts.target_error = target_error(summary, task.cells, *facts.trivial, options);
  return facts;
}

}  // namespace

Analysis analyse(const ExperimentConfig& config, std::span<const TrialRecord> records, const AnalysisOptions& options) {
  const RecordIndex index(records);
  const auto summary = summarise(config, records);
  const auto cells = expand(config);
  std::vector<CellTrials> trials;
  std::map<std::string, TaskCells> tasks;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    trials.emplace_back(cells[i], config.protocol.select, index);
    auto& task = tasks[cells[i].block];
    task.cells.push_back(i);
    task.records.insert(task.records.end(), trials[i].present().begin(), trials[i].present().end());
  }
  std::map<std::string, TaskFacts> facts;
  for (const auto& [name, task] : tasks) facts[name] = facts_of(task, trials, summary, options);

  Analysis analysis;
  analysis.experiment = config.name;
  analysis.description = config.description;
  analysis.select = config.protocol.select;
  analysis.search_seeds = config.protocol.search_seeds;
  analysis.repeat_seeds = config.protocol.repeat_seeds;
  analysis.options = options;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const auto& task = facts.at(cells[i].block);
    analysis.cells.push_back(analyse_cell(summary.cells[i], cells[i], trials[i], task, summary.select, options));
  }
  analysis.over_tasks = over_tasks(analysis.cells, options);
  return analysis;
}

}  // namespace nero_bench
