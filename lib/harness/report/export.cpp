#include "harness/report/export.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/errors.h"
#include "base/text.h"
#include "harness/report/flat_table.h"
#include "harness/report/json_values.h"
#include "harness/report/table.h"

namespace nero_bench {
namespace {

constexpr std::array<std::pair<std::string_view, Format>, 5> kFormats{{{"table", Format::kTable},
                                                                       {"json", Format::kJson},
                                                                       {"jsonl", Format::kJsonLines},
                                                                       {"csv", Format::kCsv},
                                                                       {"md", Format::kMarkdown}}};

Json to_json(const RateSummary& rate) {
  return {{"learning_rate", rate.learning_rate},
          {"settings", to_json(rate.settings)},
          {"count", rate.metric.count},
          {"mean", number_to_json(rate.metric.mean)},
          {"min", number_to_json(rate.metric.minimum)},
          {"max", number_to_json(rate.metric.maximum)},
          {"standard_deviation", number_to_json(rate.metric.standard_deviation)},
          {"statuses", to_json(rate.counts)}};
}

Json to_json(const CellSummary& cell) {
  Json rates = Json::array();
  for (const auto& rate : cell.rates) rates.push_back(to_json(rate));
  return {{"task", cell.task},
          {"optimiser", cell.optimiser},
          {"study", cell.study},
          {"settings", to_json(cell.settings)},
          {"rates", rates},
          {"search_complete", cell.search_complete},
          {"best", optional_to_json(cell.best)},
          {"best_rate", optional_to_json(cell.best_rate)},
          {"best_settings", cell.best ? to_json(cell.rates[*cell.best].settings) : Json()},
          {"best_metric", number_to_json(cell.best_metric)},
          {"best_at", edge_name(cell.best_at)},
          {"rates_alike", cell.rates_alike},
          {"repeats", cell.repeats ? to_json(*cell.repeats) : Json()},
          {"totals", to_json(cell.totals)},
          {"state_bytes", optional_to_json(cell.state_bytes)},
          {"process_peak_bytes", optional_to_json(cell.process_peak_bytes)},
          {"allocator_peak_bytes", optional_to_json(cell.allocator_peak_bytes)},
          {"step_seconds", optional_to_json(cell.step_seconds)},
          {"optimiser_seconds", optional_to_json(cell.optimiser_seconds)}};
}

Json to_json(const Summary& summary) {
  Json cells = Json::array();
  for (const auto& cell : summary.cells) cells.push_back(to_json(cell));
  return {{"experiment", summary.experiment},
          {"description", summary.description},
          {"paper", summary.paper},
          {"metric", summary.select.name()},
          {"rule", summary.select.rule == SelectionRule::kFinal ? "final" : "best"},
          {"search_seeds", summary.search_seeds},
          {"repeat_seeds", summary.repeat_seeds},
          {"cells", cells},
          {"totals", to_json(summary.totals)}};
}

// The flat table of csv and md: a row a (cell, candidate); the settings of a candidate as JSON.
using Row = std::vector<Json>;

const std::vector<std::string> kColumns{
    "experiment",  "task",         "optimiser",          "phase",   "learning_rate", "best",
    "metric",      "mean",         "standard_deviation", "min",     "max",           "completed",
    "diverged",    "timed_out",    "out_of_memory",      "failed",  "interrupted",   "missing",
    "state_bytes", "step_seconds", "optimiser_seconds",  "settings"};

Row flat_row(const Summary& summary, const CellSummary& cell, const RateSummary& rate, const char* phase) {
  const auto& counts = rate.counts;
  return {summary.experiment,
          cell.task,
          cell.optimiser,
          phase,
          rate.learning_rate,
          cell.is_best(rate),
          summary.select.name(),
          number_to_json(rate.metric.mean),
          number_to_json(rate.metric.standard_deviation),
          number_to_json(rate.metric.minimum),
          number_to_json(rate.metric.maximum),
          counts.completed,
          counts.diverged,
          counts.timed_out,
          counts.out_of_memory,
          counts.failed,
          counts.interrupted,
          counts.missing,
          optional_to_json(cell.state_bytes),
          optional_to_json(cell.step_seconds),
          optional_to_json(cell.optimiser_seconds),
          rate.settings.empty() ? Json() : Json(dump(to_json(rate.settings)))};
}

FlatTable flat_table(const Summary& summary) {
  std::vector<Row> rows;
  for (const auto& cell : summary.cells) {
    for (const auto& rate : cell.rates) rows.push_back(flat_row(summary, cell, rate, "search"));
    if (cell.repeats) rows.push_back(flat_row(summary, cell, *cell.repeats, "repeat"));
  }
  return {kColumns, rows};
}

std::vector<Json> objects_of(const Summary& summary) {
  std::vector<Json> objects;
  for (const auto& cell : summary.cells) {
    objects.push_back(to_json(cell));
    objects.back()["experiment"] = summary.experiment;
    objects.back()["metric"] = summary.select.name();
  }
  return objects;
}

}  // namespace

const std::vector<std::string>& format_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const auto& [name, format] : kFormats) list.emplace_back(name);
    return list;
  }();
  return names;
}

Format parse_format(std::string_view name) {
  for (const auto& [known, format] : kFormats) {
    if (known == name) return format;
  }
  throw ConfigError(fmt::format("--format {}: expected {}", shortened(name, 40), quoted_list(format_names())));
}

std::string render(const Summary& summary, Format format) {
  switch (format) {
    case Format::kTable: return summary_table(summary);
    case Format::kJson: return dump(to_json(summary), 2) + "\n";
    case Format::kJsonLines: return json_lines(objects_of(summary));
    case Format::kCsv: return csv(flat_table(summary));
    case Format::kMarkdown: return markdown(flat_table(summary));
  }
  throw std::logic_error("a format without a function");
}

}  // namespace nero_bench
