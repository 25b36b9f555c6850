#include "harness/analysis/compared_cell.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "base/text.h"
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

std::string text(const Json& json) { return shortened(json.dump(-1, ' ', false, Json::error_handler_t::replace), 200); }

class Collector {
 public:
  template <class T>
  void compare(const char* kind, const std::string& what, const T& left, const T& right) {
    if (left != right)
      found_.push_back({kind, fmt::format("{}: {} and {}", what, text(Json(left)), text(Json(right)))});
  }
  std::vector<Mismatch> found() && { return std::move(found_); }

 private:
  std::vector<Mismatch> found_;
};

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
  collector.compare("protocol", "search_seeds", one.search_seeds, other.search_seeds);
  collector.compare("protocol", "repeat_seeds", one.repeat_seeds, other.repeat_seeds);
  collector.compare("protocol", "select", one.select.name(), other.select.name());
  collector.compare("protocol", "select.rule", static_cast<int>(one.select.rule), static_cast<int>(other.select.rule));
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
    compared.chosen_on_these = chosen.repeat_seeds.empty();
    const auto repeated = to_repeat(chosen, search_outcome(chosen, run.config.protocol.select, index));
    if (repeated) compared.rate = repeated->learning_rate;
    for (const auto seed : compared.chosen_on_these ? chosen.search_seeds : chosen.repeat_seeds) {
      const auto* record = repeated ? index.find(chosen.trial(*repeated, seed)) : nullptr;
      const bool has_result =
          record != nullptr && (record->status == TrialStatus::kCompleted || record->status == TrialStatus::kDiverged);
      if (has_result) compared.records.push_back(record);
    }
    cells.push_back(std::move(compared));
  }
  return cells;
}

std::vector<Mismatch> mismatches(const ComparedCell& left, const ComparedCell& right, bool same_task) {
  Collector collector;
  const auto one = environments(left);
  const auto other = environments(right);
  for (const auto& [key, values] : one) {
    const auto found = other.find(key);
    if (found != other.end()) collector.compare("environment", key, values, found->second);
  }
  collector.compare("grid", "candidates", grid_of(left.cell), grid_of(right.cell));
  compare_protocols(left, right, collector);
  collector.compare("precision", kPrecisionPath, precision_of(left.cell.common.task),
                    precision_of(right.cell.common.task));
  if (same_task) collector.compare("task", "task", without_precision(left.cell), without_precision(right.cell));
  if (same_task) collector.compare("task", "optimiser", left.cell.common.optimiser, right.cell.common.optimiser);
  return std::move(collector).found();
}

}  // namespace nero_bench
