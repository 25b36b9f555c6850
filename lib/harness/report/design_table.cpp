#include "harness/report/design_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/decimal.h"
#include "base/text.h"
#include "harness/report/numbers.h"

namespace nero_bench {
namespace {

constexpr int kDigits = 3;
constexpr std::size_t kLongestValue = 12;

std::string value_text(const Json& value) {
  if (value.is_number_float()) return format_number(rounded(value.get<double>(), kDigits));
  const auto text =
      value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, Json::error_handler_t::replace);
  return shortened(one_line(text), kLongestValue);
}

std::vector<std::string> searched_paths(const CellPointers& cells) {
  std::vector<std::string> paths;
  for (const auto* cell : cells) {
    for (const auto& setting : cell->rates.front().settings) {
      if (std::find(paths.begin(), paths.end(), setting.path) == paths.end()) paths.push_back(setting.path);
    }
  }
  return paths;
}

std::string completed_text(const CellSummary& cell) {
  const auto completed = std::count_if(cell.rates.begin(), cell.rates.end(), [](const RateSummary& point) {
    return point.counts.completed == point.counts.total();
  });
  return fmt::format("{}/{}", completed, cell.rates.size());
}

// The best value so far, and whether it can be trusted.
std::string best_text(const CellSummary& cell, Marks& marks) {
  if (!cell.search_complete) marks.insert("?");
  if (!cell.best) return cell.search_complete ? "none " : "? ";
  const bool alike = cell.search_complete && cell.rates_alike;
  if (alike) marks.insert("alike");
  return alike ? "alike " : metric_text(cell.best_metric) + (cell.search_complete ? " " : "?");
}

// The rate and the value at each path; empty where the optimiser has no such hyper-parameter or there is no best point.
void add_point(std::vector<std::string>& row, const CellSummary& cell, const std::vector<std::string>& paths) {
  const bool shown = cell.best && !(cell.search_complete && cell.rates_alike);
  row.push_back(shown ? rate_text(rounded(*cell.best_rate, kDigits)) : "");
  for (const auto& path : paths) {
    row.emplace_back();
    if (!shown) continue;
    for (const auto& setting : cell.rates[*cell.best].settings) {
      if (setting.path == path) row.back() = value_text(setting.value);
    }
  }
}

}  // namespace

Columns design_table(const CellPointers& cells, Marks& marks) {
  const auto paths = searched_paths(cells);
  Columns table(2, 2);
  std::vector<std::string> header{"optimiser", "points", "best ", "rate"};
  for (const auto& path : paths) header.push_back(line_label(path.substr(path.rfind('.') + 1)));
  header.insert(header.end(), {"state B", "step ms"});
  table.add(std::move(header));
  for (const auto* cell : cells) {
    std::vector<std::string> row{line_label(cell->line), completed_text(*cell), best_text(*cell, marks)};
    add_point(row, *cell, paths);
    row.push_back(cell->state_bytes ? bytes_text(*cell->state_bytes) : "-");
    row.push_back(cell->step_seconds ? milliseconds_text(*cell->step_seconds) : "-");
    table.add(std::move(row));
  }
  return table;
}

}  // namespace nero_bench
