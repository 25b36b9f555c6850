#include "harness/report/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/text.h"
#include "harness/report/columns.h"
#include "harness/report/numbers.h"

namespace nero_bench {
namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kLongestLabel = 32;

using CellPointers = std::vector<const CellSummary*>;

std::string label(const std::string& text) { return shortened(one_line(text), kLongestLabel); }

// Marks that the table has used and the legend must explain.
using Marks = std::set<std::string>;

// How trials ended that have no metric: the gravest way, and how many of several seeds.
std::string ending_text(const StatusCounts& counts, Marks& marks) {
  const std::vector<std::pair<std::string, std::int64_t>> endings{{"fail", counts.failed},
                                                                  {"oom", counts.out_of_memory},
                                                                  {"time", counts.timed_out},
                                                                  {"div", counts.diverged},
                                                                  {"-", counts.missing + counts.interrupted}};
  for (const auto& [name, count] : endings) {
    if (count == 0) continue;
    marks.insert(name);
    return count == counts.total() ? name : fmt::format("{} {}/{}", name, count, counts.total());
  }
  return "-";
}

std::string rate_cell(const CellSummary& cell, const RateSummary& rate, Marks& marks) {
  if (rate.counts.completed < rate.counts.total()) return ending_text(rate.counts, marks) + " ";
  const bool best = cell.best_rate == rate.learning_rate;
  if (best) marks.insert("*");
  return metric_text(rate.metric.mean) + (best ? "*" : " ");
}

std::string deviation_cell(const RateSummary& rate, Marks& marks) {
  if (rate.metric.count < 2 || !std::isfinite(rate.metric.standard_deviation)) return "";
  marks.insert("±");
  return "±" + metric_text(rate.metric.standard_deviation) + " ";
}

// The best rate, and whether it can be trusted: "1e-2", "1e-1>", "1e-2?".
std::string best_text(const CellSummary& cell, Marks& marks) {
  if (!cell.search_complete) marks.insert("?");
  if (!cell.best_rate) return cell.search_complete ? "none " : "? ";
  std::string mark = " ";
  if (cell.best_at != GridEdge::kInside) mark = cell.best_at == GridEdge::kSmallest ? "<" : ">";
  if (!cell.search_complete) mark = "?";
  if (mark != " ") marks.insert(mark);
  return rate_text(*cell.best_rate) + mark;
}

std::vector<std::string> cost_cells(const CellSummary& cell) {
  return {cell.state_bytes ? bytes_text(*cell.state_bytes) : "-",
          cell.step_seconds ? milliseconds_text(*cell.step_seconds) : "-"};
}

void append(std::vector<std::string>& row, const std::vector<std::string>& cells) {
  row.insert(row.end(), cells.begin(), cells.end());
}

// A line an optimiser, a column a rate.
Columns wide_table(const CellPointers& cells, Marks& marks) {
  std::set<double> rates;
  for (const auto* cell : cells) {
    for (const auto& rate : cell->rates) rates.insert(rate.learning_rate);
  }
  Columns table(2);
  std::vector<std::string> header{"optimiser"};
  for (const double rate : rates) header.push_back(rate_text(rate) + " ");
  append(header, {"best ", "state B", "step ms"});
  table.add(header);
  for (const auto* cell : cells) {
    std::vector<std::string> row{label(cell->line)};
    std::vector<std::string> deviations{""};
    for (const double value : rates) {
      const auto rate =
          std::find_if(cell->rates.begin(), cell->rates.end(), [&](const auto& r) { return r.learning_rate == value; });
      row.push_back(rate == cell->rates.end() ? "" : rate_cell(*cell, *rate, marks));
      deviations.push_back(rate == cell->rates.end() ? "" : deviation_cell(*rate, marks));
    }
    row.push_back(best_text(*cell, marks));
    append(row, cost_cells(*cell));
    table.add(std::move(row));
    if (std::any_of(deviations.begin(), deviations.end(), [](const auto& text) { return !text.empty(); }))
      table.add(std::move(deviations));
  }
  return table;
}

// A line a rate, for grids that do not fit a line.
Columns long_table(const CellPointers& cells, Marks& marks) {
  Columns table(2);
  table.add({"optimiser", "rate", "mean ", "±", "best ", "state B", "step ms"});
  for (const auto* cell : cells) {
    bool first = true;
    for (const auto& rate : cell->rates) {
      std::vector<std::string> row{first ? label(cell->line) : "", rate_text(rate.learning_rate),
                                   rate_cell(*cell, rate, marks), deviation_cell(rate, marks)};
      if (first) {
        row.push_back(best_text(*cell, marks));
        append(row, cost_cells(*cell));
      }
      first = false;
      table.add(std::move(row));
    }
  }
  return table;
}

std::string repeats_table(const CellPointers& cells, const Summary& summary, Marks& marks) {
  if (summary.repeat_seeds.empty()) return "";
  Columns table(2);
  table.add({"repeats", "rate", "seeds", "mean", "±", "min", "max", ""});
  for (const auto* cell : cells) {
    if (!cell->repeats) {
      table.add({label(cell->line), cell->search_complete ? "none" : "?"});
      continue;
    }
    const auto& [rate, metric, counts] = *cell->repeats;
    std::vector<std::string> row{label(cell->line), rate_text(rate),
                                 fmt::format("{}/{}", counts.completed, counts.total())};
    const bool some = metric.count > 0;
    for (const double value : {metric.mean, metric.standard_deviation, metric.minimum, metric.maximum})
      row.push_back(some ? metric_text(value, 4) : "-");
    if (metric.count == 1) row[4] = "-";
    row.push_back(counts.completed == counts.total() ? "" : ending_text(counts, marks));
    table.add(std::move(row));
  }
  return "\n" + table.text();
}

std::string metric_title(const Selection& select) {
  return one_line(select.split + " " + select.metric) +
         (select.rule == SelectionRule::kBest ? " at its best epoch" : "");
}

std::string block_text(const std::string& block, const CellPointers& cells, const Summary& summary, Marks& marks) {
  Marks unused;
  const bool fits = wide_table(cells, unused).width() <= kWidth;
  const auto table = fits ? wide_table(cells, marks) : long_table(cells, marks);
  const auto right = metric_title(summary.select) + " by learning rate";
  const auto left = shortened(one_line(block), kWidth - right.size() - 2);
  const auto width = std::clamp<std::size_t>(table.width(), 60, kWidth);
  const auto gap = std::max<std::size_t>(2, width - std::min(width, display_width(left) + right.size()));
  return left + std::string(gap, ' ') + right + "\n" + table.text() + repeats_table(cells, summary, marks) + "\n";
}

std::string legend(const Marks& marks, const Summary& summary) {
  const std::vector<std::pair<std::string, std::string>> meanings{
      {"*", "best rate"},
      {"±", fmt::format("standard deviation over {} search seeds", summary.search_seeds.size())},
      {"<", "best rate is the smallest of its grid: a wider grid may do better"},
      {">", "best rate is the largest of its grid: a wider grid may do better"},
      {"?", "search not complete"},
      {"div", "diverged"},
      {"fail", "failed: --retry-failed runs it again"},
      {"oom", "out of memory"},
      {"time", "timed out"},
      {"-", "not run yet"}};
  std::string text;
  for (const auto& [mark, meaning] : meanings) {
    if (marks.contains(mark)) text += (text.empty() ? "" : "; ") + mark + " " + meaning;
  }
  std::string lines;
  for (const auto& line : wrapped(text, kWidth)) lines += line + "\n";
  return lines;
}

std::string totals_text(const StatusCounts& totals) {
  std::string text = fmt::format("{} trials", totals.total());
  const std::vector<std::pair<std::string, std::int64_t>> parts{
      {"completed", totals.completed},         {"diverged", totals.diverged},   {"failed", totals.failed},
      {"out of memory", totals.out_of_memory}, {"timed out", totals.timed_out}, {"interrupted", totals.interrupted},
      {"not run yet", totals.missing}};
  std::string separator = ": ";
  for (const auto& [name, count] : parts) {
    if (count == 0) continue;
    text += fmt::format("{}{} {}", separator, count, name);
    separator = ", ";
  }
  return text + "\n";
}

std::string heading(const Summary& summary) {
  std::string text = one_line(summary.experiment) + "\n";
  for (const auto& line : wrapped(summary.description, kWidth)) text += line + "\n";
  return text + "\n";
}

}  // namespace

std::string summary_table(const Summary& summary) {
  std::vector<std::pair<std::string, CellPointers>> blocks;  // in the order of the config
  for (const auto& cell : summary.cells) {
    auto block =
        std::find_if(blocks.begin(), blocks.end(), [&](const auto& known) { return known.first == cell.block; });
    if (block == blocks.end()) block = blocks.insert(block, {cell.block, {}});
    block->second.push_back(&cell);
  }
  Marks marks;
  std::string text = heading(summary);
  for (auto& [name, cells] : blocks) {
    // Variants that only some optimisers have stand below those of all.
    std::stable_sort(cells.begin(), cells.end(), [](const auto* a, const auto* b) { return a->variant < b->variant; });
    text += block_text(name, cells, summary, marks);
  }
  return text + legend(marks, summary) + totals_text(summary.totals);
}

}  // namespace nero_bench
