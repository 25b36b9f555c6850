#include "harness/analysis/analysis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/errors.h"
#include "base/json_reader.h"
#include "harness/analysis/cell_analysis.h"
#include "harness/analysis/error_scale.h"
#include "harness/analysis/over_tasks.h"
#include "harness/experiment/record_index.h"
#include "trial/metric_names.h"
#include "trial/precision.h"

namespace nero_bench {
namespace {

struct TaskCells {
  std::vector<std::size_t> cells;
  std::vector<const TrialRecord*> records;
};

void require(const char* option, double value, const Range& range) {
  if (range.contains(value) && std::isfinite(value)) return;
  throw ConfigError(fmt::format("{} {}: expected a number{}; correct the option", option, value, range.text()));
}

Range scores_of(const Selection& select) {
  const bool larger = direction_of(select.metric) == Direction::kLargerIsBetter;
  return larger ? Range::between(0, perfect_score(select.metric)) : Range::at_least(perfect_score(select.metric));
}

void require_possible(const AnalysisOptions& options, const Selection& select) {
  require("--margin", options.margin, Range::between(0, 1));
  require("--tolerance", options.tolerance, Range::between(0, 1));
  require("--window", options.window, Range::positive());
  require("--confidence", options.confidence, Range::between(0.5, 0.999));
  if (options.trivial_score) require("--trivial-score", *options.trivial_score, scores_of(select));
  if (options.target_score) require("--target", *options.target_score, scores_of(select));
}

std::vector<double> shared_rates(const std::vector<CellTrials>& trials, const std::vector<std::size_t>& cells) {
  auto shared = trials[cells.front()].rates();
  for (const auto cell : cells) {
    const auto& own = trials[cell].rates();
    std::erase_if(shared, [&](double rate) { return std::find(own.begin(), own.end(), rate) == own.end(); });
  }
  return shared;
}

TaskFacts facts_of(const TaskCells& task, const std::vector<CellTrials>& trials, const Selection& select,
                   const AnalysisOptions& options) {
  return {trivial_predictor(task.records, select, options.trivial_score), shared_rates(trials, task.cells)};
}

// Of the optimisers of a task that learn. The target, if none is given, is nine tenths of the way from the trivial
// predictor to the best that any of them reached.
void add_targets(Analysis& analysis, const TaskCells& task, const std::vector<CellTrials>& trials) {
  std::vector<std::size_t> learners;
  for (const auto i : task.cells) {
    if (analysis.cells[i].standing == Standing::kLearns) learners.push_back(i);
  }
  if (learners.empty()) return;
  const double trivial = analysis.cells[learners.front()].trivial->error;
  double best = trivial;
  for (const auto i : learners) best = std::min(best, analysis.cells[i].curve[*analysis.cells[i].best].error);
  const auto& given = analysis.options.target_score;
  const double target = given ? error_of(*given, analysis.select) : best + (trivial - best) / 10;
  for (const auto i : learners)
    analysis.cells[i].target = target_of(analysis.cells[i], trials[i], target, analysis.select, analysis.options);
}

std::vector<std::string> precisions_of(const std::vector<Cell>& cells) {
  std::vector<std::string> names;
  for (const auto& cell : cells) {
    const auto name = precision_of(cell.common.task);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

}  // namespace

Analysis analyse(const ExperimentConfig& config, std::span<const TrialRecord> records, const AnalysisOptions& options) {
  require_possible(options, config.protocol.select);
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
  Analysis analysis;
  analysis.experiment = config.name;
  analysis.description = config.description;
  analysis.select = config.protocol.select;
  analysis.search_seeds = config.protocol.search_seeds;
  analysis.repeat_seeds = config.protocol.repeat_seeds;
  analysis.options = options;
  std::map<std::string, TaskFacts> facts;
  for (const auto& [name, task] : tasks) facts[name] = facts_of(task, trials, analysis.select, options);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const auto& task = facts.at(cells[i].block);
    analysis.cells.push_back(analyse_cell(summary.cells[i], cells[i], trials[i], task, analysis.select, options));
  }
  for (const auto& [name, task] : tasks) add_targets(analysis, task, trials);
  analysis.precisions = precisions_of(cells);
  // One task at two precisions is not two tasks.
  if (analysis.precisions.size() == 1) analysis.over_tasks = over_tasks(analysis.cells, options);
  return analysis;
}

}  // namespace nero_bench
