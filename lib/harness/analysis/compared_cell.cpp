#include "harness/analysis/compared_cell.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "base/text.h"
#include "harness/experiment/config_warnings.h"
#include "harness/experiment/selection.h"

namespace nero_bench {
namespace {

// Two versions of a program are what one compares; all else of the environment should be the same.
const std::set<std::string> kFreeToDiffer{"commit", "nero_bench"};

std::map<std::string, std::set<std::string>> environments(const ComparedCell& cell) {
  std::map<std::string, std::set<std::string>> values;
  for (const auto* record : cell.records) {
    for (const auto& [key, value] : record->environment) {
      if (!kFreeToDiffer.contains(key)) values[key].insert(value);
    }
  }
  return values;
}

// The rates of a grid; of a design its points, each with all that it sets. In an order of their own.
std::set<Json> grid_of(const Cell& cell) {
  std::set<Json> grid;
  for (const auto& candidate : cell.candidates) {
    Json point = candidate.learning_rate;
    if (cell.is_design) point = {{"learning_rate", candidate.learning_rate}};
    for (const auto& [path, value] : candidate.settings) point[path] = value;
    grid.insert(std::move(point));
  }
  return grid;
}

// Where all records have one value, that one.
Json values_of(const std::set<std::string>& found) { return found.size() == 1 ? Json(*found.begin()) : Json(found); }

std::string text(const Json& json) {
  if (json.is_null()) return "nothing";
  return shortened(json.dump(-1, ' ', false, Json::error_handler_t::replace), 200);
}

class Collector {
 public:
  explicit Collector(const Sides& sides) : sides_(sides) {}

  // Of objects, every value that differs.
  void compare(const char* kind, const std::string& what, const Json& left, const Json& right) {
    if (left == right) return;
    if (!left.is_object() || !right.is_object()) {
      found_.push_back({kind, fmt::format("{} is {} for {}, {} for {}", what, text(left), shortened(sides_.left, 80),
                                          text(right), shortened(sides_.right, 80))});
      return;
    }
    std::set<std::string> keys;
    for (const auto* side : {&left, &right}) {
      for (const auto& [key, value] : side->items()) keys.insert(key);
    }
    for (const auto& key : keys) compare(kind, what + "." + key, left.value(key, Json()), right.value(key, Json()));
  }
  std::vector<Mismatch> found() && { return std::move(found_); }

 private:
  const Sides& sides_;
  std::vector<Mismatch> found_;
};

const char* name_of(SelectionRule rule) { return rule == SelectionRule::kBest ? "best" : "final"; }

Json budget_of(const TrialSpec& spec) { return to_json(spec).at("budget"); }

// Which is compared by itself.
Json without_precision(const Cell& cell) {
  Json task = cell.common.task;
  task.erase("precision");
  return task;
}

void compare_protocols(const ComparedCell& left, const ComparedCell& right, Collector& collector) {
  const auto& one = left.run->config.protocol;
  const auto& other = right.run->config.protocol;
  collector.compare("protocol", "protocol.search_seeds", one.search_seeds, other.search_seeds);
  collector.compare("protocol", "protocol.repeat_seeds", one.repeat_seeds, other.repeat_seeds);
  collector.compare("protocol", "protocol.select", one.select.name(), other.select.name());
  collector.compare("protocol", "protocol.select.rule", name_of(one.select.rule), name_of(other.select.rule));
  collector.compare("protocol", "budget", budget_of(left.cell.common), budget_of(right.cell.common));
  collector.compare("protocol", "schedule", left.cell.common.schedule, right.cell.common.schedule);
  collector.compare("protocol", "evaluate", left.cell.common.evaluate, right.cell.common.evaluate);
}

}  // namespace

std::vector<ComparedCell> compared_cells(const Run& run) {
  const RecordIndex index(run.records);
  std::vector<ComparedCell> cells;
  for (auto& cell : expand(run.config)) {
    ComparedCell compared{.run = &run,
                          .cell = std::move(cell),
                          .rate = std::numeric_limits<double>::quiet_NaN(),
                          .chosen_on_these = false,
                          .records = {}};
    const auto& chosen = compared.cell;
    const bool on_search_seeds = chosen.repeat_seeds.empty();
    compared.chosen_on_these = on_search_seeds || (!chosen.published && !choosing_repeat_seeds(run.config).empty());
    const auto repeated = to_repeat(chosen, search_outcome(chosen, run.config.protocol.select, index));
    if (repeated) compared.rate = repeated->learning_rate;
    for (const auto seed : on_search_seeds ? chosen.search_seeds : chosen.repeat_seeds) {
      const auto* record = repeated ? index.find(chosen.trial(*repeated, seed)) : nullptr;
      const bool has_result =
          record != nullptr && (record->status == TrialStatus::kCompleted || record->status == TrialStatus::kDiverged);
      if (has_result) compared.records.push_back(record);
    }
    cells.push_back(std::move(compared));
  }
  return cells;
}

std::vector<Mismatch> mismatches(const ComparedCell& left, const ComparedCell& right, const Sides& sides,
                                 bool same_task) {
  Collector collector(sides);
  const auto one = environments(left);
  const auto other = environments(right);
  for (const auto& [key, values] : one) {
    const auto found = other.find(key);
    if (found != other.end()) collector.compare("environment", key, values_of(values), values_of(found->second));
  }
  collector.compare("grid", left.cell.is_design ? "search" : "learning_rates", grid_of(left.cell), grid_of(right.cell));
  compare_protocols(left, right, collector);
  collector.compare("precision", kPrecisionPath, precision_of(left.cell.common.task),
                    precision_of(right.cell.common.task));
  if (same_task) collector.compare("task", "task", without_precision(left.cell), without_precision(right.cell));
  if (same_task) collector.compare("task", "optimiser", left.cell.common.optimiser, right.cell.common.optimiser);
  return std::move(collector).found();
}

}  // namespace nero_bench
