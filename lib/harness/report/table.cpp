#include "harness/report/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_map>

#include "base/decimal.h"
#include "base/text.h"
#include "harness/experiment/config_warnings.h"
#include "harness/report/columns.h"
#include "harness/report/design_table.h"
#include "harness/report/numbers.h"

namespace nero_bench {
namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kNarrowest = 60;

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
  const bool best = cell.is_best(rate) && !cell.rates_alike;
  if (best) marks.insert("*");
  return metric_text(rate.metric.mean) + (best ? "*" : " ");
}

std::string deviation_cell(const RateSummary& rate, Marks& marks) {
  if (rate.counts.completed < rate.counts.total() || rate.metric.count < 2 ||
      !std::isfinite(rate.metric.standard_deviation))
    return "";
  marks.insert("±");
  return "±" + metric_text(rate.metric.standard_deviation) + " ";
}

// The best rate, and whether it can be trusted: "1e-2", "1e-1>", "1e-2?".
std::string best_text(const CellSummary& cell, Marks& marks) {
  if (!cell.search_complete) marks.insert("?");
  if (!cell.best_rate) return cell.search_complete ? "none " : "? ";
  if (cell.search_complete && cell.rates_alike) {
    marks.insert("alike");
    return "alike ";
  }
  std::string mark = " ";
  if (cell.best_at != GridEdge::kInside) mark = cell.best_at == GridEdge::kSmallest ? "<" : ">";
  if (!cell.search_complete) mark = "?";
  if (mark != " ") marks.insert(mark);
  return rate_text(*cell.best_rate) + mark;
}

std::set<double> rates_of(const CellPointers& cells) {
  std::set<double> rates;
  for (const auto* cell : cells) {
    for (const auto& rate : cell->rates) rates.insert(rate.learning_rate);
  }
  return rates;
}

// A line for the means, and below it one for the deviations if there are any.
void add_search_lines(Columns& table, const CellSummary& cell, const std::set<double>& rates, Marks& marks) {
  std::vector<std::string> means{line_label(cell.line)};
  std::vector<std::string> deviations{""};
  for (const double value : rates) {
    const auto is_this = [&](const RateSummary& rate) { return rate.learning_rate == value; };
    const auto rate = std::find_if(cell.rates.begin(), cell.rates.end(), is_this);
    const bool absent = rate == cell.rates.end();  // the optimiser has another grid
    means.push_back(absent ? "" : rate_cell(cell, *rate, marks));
    deviations.push_back(absent ? "" : deviation_cell(*rate, marks));
  }
  means.push_back(best_text(cell, marks));
  means.push_back(cell.state_bytes ? bytes_text(*cell.state_bytes) : "-");
  means.push_back(cell.step_seconds ? milliseconds_text(*cell.step_seconds) : "-");
  table.add(std::move(means));
  table.add(std::move(deviations));
}

// A line an optimiser, a column a rate. Cells end in a mark or a blank, which with the gap of one sets them apart.
Columns search_table(const CellPointers& cells, Marks& marks) {
  const auto rates = rates_of(cells);
  Columns table(2, 1);
  std::vector<std::string> header{"optimiser"};
  for (const double rate : rates) header.push_back(rate_text(rate) + " ");
  header.insert(header.end(), {"best ", "state B", " step ms"});
  table.add(std::move(header));
  for (const auto* cell : cells) add_search_lines(table, *cell, rates, marks);
  return table;
}

std::string repeats_table(const CellPointers& cells, const Summary& summary, Marks& marks) {
  if (summary.repeat_seeds.empty()) return "";
  if (!summary.choosing_repeat_seeds.empty()) marks.insert("repeats");
  Columns table(2, 2);
  table.add({"repeats", "rate", "seeds", "mean", "±", "min", "max", ""});
  for (const auto* cell : cells) {
    if (!cell->repeats) {
      table.add({line_label(cell->line), cell->search_complete ? "none" : "?"});
      continue;
    }
    const double rate = cell->repeats->learning_rate;
    const auto& metric = cell->repeats->metric;
    const auto& counts = cell->repeats->counts;
    std::vector<std::string> row{line_label(cell->line), rate_text(cell->is_design ? rounded(rate, 3) : rate),
                                 fmt::format("{}/{}", counts.completed, counts.total())};
    const bool some = metric.count > 0;
    for (const double value : {metric.mean, metric.standard_deviation, metric.minimum, metric.maximum})
      row.push_back(some ? metric_text(value, 4) : "-");
    if (metric.count == 1) row[4] = "-";
    row.push_back(counts.completed == counts.total() ? "" : ending_text(counts, marks));
    table.add(std::move(row));
  }
  return "\n" + table.text(kWidth);
}

std::string block_text(const std::string& block, const CellPointers& cells, const Summary& summary, Marks& marks) {
  const bool is_design = cells.front()->is_design;  // a search is the whole experiment's
  const auto table = is_design ? design_table(cells, marks) : search_table(cells, marks);
  const auto right = metric_title(summary.select) + (is_design ? " at the best point" : " by learning rate");
  const auto left = shortened(one_line(block), kWidth - right.size() - 2);
  const auto width = std::clamp<std::size_t>(table.width(kWidth), kNarrowest, kWidth);
  const auto gap = std::max<std::size_t>(2, width - std::min(width, display_width(left) + right.size()));
  return left + std::string(gap, ' ') + right + "\n" + table.text(kWidth) + repeats_table(cells, summary, marks) + "\n";
}

std::string legend(const Marks& marks, const Summary& summary) {
  const std::vector<std::pair<std::string, std::string>> meanings{
      {"*", "best rate"},
      {"±", fmt::format("standard deviation over {} search seeds", summary.search_seeds.size())},
      {"<", "best rate is the smallest of its grid: a wider grid may do better"},
      {">", "best rate is the largest of its grid: a wider grid may do better"},
      {"?", "search not complete"},
      {"repeats", fmt::format("flattered where the search chose their rate, by {}, too",
                              seeds_text(summary.choosing_repeat_seeds))},
      {"alike", "every rate gives the same, so none is best"},
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
  std::string text;
  for (const auto& line : wrapped(summary.experiment, kWidth)) text += line + "\n";
  for (const auto& line : wrapped(summary.description, kWidth)) text += line + "\n";
  return text + "\n";
}

}  // namespace

std::string metric_title(const Selection& select) {
  return one_line(select.split + " " + select.metric) +
         (select.rule == SelectionRule::kBest ? " at its best epoch" : "");
}

std::string summary_table(const Summary& summary) {
  std::vector<std::pair<std::string, CellPointers>> blocks;  // in the order of the config
  std::unordered_map<std::string, std::size_t> places;
  for (const auto& cell : summary.cells) {
    const auto [place, is_new] = places.emplace(cell.block, blocks.size());
    if (is_new) blocks.emplace_back(cell.block, CellPointers());
    blocks[place->second].second.push_back(&cell);
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
