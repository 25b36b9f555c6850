#include "harness/report/figures_table.h"

#include <fmt/format.h>

#include <cmath>

#include "base/decimal.h"
#include "harness/report/analysis_json.h"
#include "harness/report/blocks.h"
#include "harness/report/columns.h"
#include "harness/report/numbers.h"

namespace nero_bench {
namespace {

using Row = std::vector<std::string>;

Row concatenated(std::initializer_list<Row> parts) {
  Row row;
  for (const auto& part : parts) row.insert(row.end(), part.begin(), part.end());
  return row;
}

std::string marked(const std::string& mark, const std::string& text) { return text == "-" ? text : mark + text; }

std::string known_text(double value) { return std::isnan(value) ? "-" : metric_text(value); }

Row score_figures(const CellAnalysis& cell) {
  if (!cell.best_rate) return {"none", "-", "-", "-"};
  return {best_rate_text(cell), metric_text(cell.best_score),
          cell.fresh ? estimate_text(cell.fresh->score) : "search only", known_text(cell.selection_gap)};
}

Row default_figures(const CellAnalysis& cell) {
  if (!cell.default_rate) return {"-", "-", "-"};
  const auto& [result, fails, regret] = *cell.default_rate;
  return {rate_text(result.learning_rate), estimate_text(result.score) + (fails ? " fails" : ""), known_text(regret)};
}

Row grid_figures(const Sensitivity& sensitivity) {
  const auto& [modes, width, shared, own, tuning, tunability] = sensitivity;
  return {std::to_string(modes), bounded_text(width, estimate_text(width.decades, 2)), estimate_text(shared.value),
          estimate_text(shared.normalised), marked(own.complete ? "" : "~", estimate_text(own.normalised))};
}

Row sensitivity_figures(const CellAnalysis& cell) {
  constexpr std::size_t kOfGrids = 5, kAll = 8;
  if (!cell.sensitivity) return Row(kAll, to_string(cell.standing));
  const auto& tunability = cell.sensitivity->tunability;
  return concatenated({cell.is_design ? Row(kOfGrids, "-") : grid_figures(*cell.sensitivity),
                       {metric_text(tunability.early), metric_text(tunability.uniform), metric_text(tunability.late)}});
}

Row cost_figures(const CellAnalysis& cell) {
  constexpr std::size_t kAll = 6;
  if (!cell.target) return Row(kAll, to_string(cell.standing));
  const auto& target = *cell.target;
  return {metric_text(target.score),
          fmt::format("{} of {}{}", target.reached, target.trials, target.on_search_seeds ? " (search)" : ""),
          median_text(target.epochs),
          estimate_text(target.epochs.restricted_mean),
          estimate_text(target.steps.restricted_mean),
          estimate_text(target.seconds.restricted_mean)};
}

std::string optional_text(const std::optional<Estimate>& estimate) { return estimate ? estimate_text(*estimate) : "-"; }

}  // namespace

std::string bounded_text(const UsableWidth& width, const std::string& decades) {
  return marked(width.open_below || width.open_above ? "≥" : "", decades);
}

std::string median_text(const CostToTarget& cost) {
  if (std::isfinite(cost.median)) return metric_text(cost.median);
  return std::isfinite(cost.horizon) ? ">" + metric_text(cost.horizon) : "never";
}

std::string best_rate_text(const CellAnalysis& cell) {
  if (!cell.best_rate) return "none";
  if (cell.rates_alike) return "alike";
  const auto text = rate_text(cell.is_design ? rounded(*cell.best_rate, 3) : *cell.best_rate);
  return text + (cell.best_at == GridEdge::kSmallest ? " <" : cell.best_at == GridEdge::kLargest ? " >" : "");
}

Rows tuning_figures(const Analysis& analysis) {
  Rows rows{{"task",       "optimiser",   "best rate", "search score",   "fresh score", "gap",    "default rate",
             "its score",  "its regret",  "valleys",   "usable decades", "excess",      "lost",   "lost near",
             "CPE",        "CPU",         "CPL",       "target",         "reached",     "epochs", "mean epochs",
             "mean steps", "mean seconds"}};
  const auto blocks = blocks_of(analysis);
  std::vector<std::string> names;
  for (const auto& block : blocks) names.push_back(block.name);
  const auto tasks = line_labels(names);
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    for (const auto* cell : blocks[i].cells) {
      rows.push_back(concatenated({{tasks[i], cell->line},
                                   score_figures(*cell),
                                   default_figures(*cell),
                                   sensitivity_figures(*cell),
                                   cost_figures(*cell)}));
    }
  }
  return rows;
}

std::vector<std::pair<std::string, Rows>> tuning_parts(const Analysis& analysis) {
  constexpr std::ptrdiff_t kNames = 2, kScores = 9, kSensitivity = 17;
  const auto rows = tuning_figures(analysis);
  const auto part = [&](std::ptrdiff_t first, std::ptrdiff_t last) {
    Rows columns;
    for (const auto& row : rows) {
      columns.emplace_back(row.begin(), row.begin() + kNames);
      columns.back().insert(columns.back().end(), row.begin() + first, row.begin() + last);
    }
    return columns;
  };
  return {{"Scores", part(kNames, kScores)},
          {"Sensitivity to the learning rate", part(kScores, kSensitivity)},
          {"Cost to the target", part(kSensitivity, std::ssize(rows.front()))}};
}

Rows over_tasks_figures(const Analysis& analysis) {
  if (analysis.over_tasks.empty()) return {};
  Rows rows{{"over tasks", "learns on", "tuned", "one rate", "gain by tuning", "default regret", "profile"}};
  for (const auto& optimiser : analysis.over_tasks) {
    const auto one_rate = optimiser.cross_task_rate ? rate_text(*optimiser.cross_task_rate) : "no shared rate";
    rows.push_back({optimiser.line, fmt::format("{} of {}", optimiser.learnt, optimiser.tasks),
                    metric_text(optimiser.per_task_tuned), optimiser.learnt == 0 ? "never_learns" : one_rate,
                    optional_text(optimiser.tuning_gain), optional_text(optimiser.default_regret),
                    metric_text(optimiser.profile_area)});
  }
  return rows;
}

}  // namespace nero_bench
