#include "harness/report/comparison_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/report/columns.h"
#include "harness/report/escapes.h"
#include "harness/report/flat_table.h"
#include "harness/report/json_values.h"
#include "harness/report/numbers.h"

namespace nero_bench {
namespace {

constexpr std::size_t kWidth = 80;

std::string word_for(Relation relation) {
  switch (relation) {
    case Relation::kBetter: return "better";
    case Relation::kWorse: return "worse";
    case Relation::kSame: return "same";
    case Relation::kInconclusive: return "inconclusive";
  }
  return "";
}

std::string_view arrow(Direction better) { return better == Direction::kLargerIsBetter ? "larger" : "smaller"; }
std::string_view sign(Direction better) {
  return better == Direction::kLargerIsBetter ? "↑" : "↓";
}  // where it is narrow

bool interval_is_possible(const Comparison& row) {
  return std::min(row.of_left.count, row.of_right.count) >= kFewestForInterval;
}

Json to_json(const Comparison& row) {
  return {{"task", row.task},
          {"left", row.left},
          {"right", row.right},
          {"metric", row.metric},
          {"better", arrow(row.better)},
          {"left_rate", number_to_json(row.left_rate)},
          {"right_rate", number_to_json(row.right_rate)},
          {"of_left", to_json(row.of_left)},
          {"of_right", to_json(row.of_right)},
          {"left_best", number_to_json(row.left_best)},
          {"right_best", number_to_json(row.right_best)},
          {"difference", number_to_json(row.difference)},
          {"half_width_95", interval_is_possible(row) ? number_to_json(row.half_width) : Json("too few")},
          {"margin", number_to_json(row.margin)},
          {"p_welch", number_to_json(row.p_welch)},
          {"p_mann_whitney", number_to_json(row.p_rank)},
          {"least_p_mann_whitney", row.least_p_rank},
          {"verdict", word_for(row.relation)},
          {"why", row.why}};
}

// Bytes stand in full.
std::string figure(const Comparison& row, double value) {
  if (std::isnan(value)) return "-";
  return row.metric == kStateBytes ? count_text(std::llround(value)) : fmt::format("{:.4g}", value);
}

std::string difference_text(const Comparison& row) {
  if (std::isnan(row.difference)) return "-";
  if (row.metric == kStateBytes) return (row.difference > 0 ? "+" : "") + figure(row, row.difference);
  if (std::isnan(row.half_width)) return fmt::format("{:+.3g}", row.difference);
  return fmt::format("{:+.3g} ± {:.2g}", row.difference, row.half_width);
}

// In the words of the other tables, which leave room for the figures.
std::string metric_name(const std::string& metric) {
  if (metric == kStateBytes) return "state bytes";
  return metric == kStepSeconds ? "step seconds" : shown_text(metric, 40);
}

std::string rate_or_none(double rate) { return std::isnan(rate) ? "no rate" : rate_text(rate); }

std::string heading(const Comparison& row) {
  return fmt::format("{}: A = {} ({}) against B = {} ({})", shown_text(row.task), shown_text(row.right),
                     rate_or_none(row.right_rate), shown_text(row.left), rate_or_none(row.left_rate));
}

using Rows = std::span<const Comparison>;

std::string metric_cell(const Comparison& row) {
  return fmt::format("{} {}", metric_name(row.metric), sign(row.better));
}

Columns end_of_training(Rows rows, std::size_t gap) {
  Columns columns(2, gap);
  columns.add({"end of training", "verdict", "A", "B", "difference"});
  for (const auto& row : rows)
    columns.add({metric_cell(row), word_for(row.relation), figure(row, row.of_right.mean),
                 figure(row, row.of_left.mean), difference_text(row)});
  return columns;
}

// Bytes and seconds have no best value.
std::string best_during_training(Rows rows) {
  Columns columns(2, 2);
  columns.add({"best during training", "A", "B"});
  bool any = false;
  for (const auto& row : rows) {
    if (std::isnan(row.left_best) && std::isnan(row.right_best)) continue;
    columns.add({metric_cell(row), figure(row, row.right_best), figure(row, row.left_best)});
    any = true;
  }
  return any ? columns.text(kWidth) : "";
}

// The difference stands beside its values, if need be with less between the columns.
std::string end_table(Rows rows) {
  constexpr auto kUnlimited = static_cast<std::size_t>(-1);
  const auto wide = end_of_training(rows, 2);
  return (wide.width(kUnlimited) <= kWidth ? wide : end_of_training(rows, 1)).text(kWidth);
}

// How many seeds a metric has at most, which is those that all have but for unlike records.
std::string seeds_text(Rows rows) {
  std::int64_t left = 0, right = 0;
  for (const auto& row : rows) {
    left = std::max(left, row.of_left.count);
    right = std::max(right, row.of_right.count);
  }
  if (left == right) return fmt::format("means over {} seed{} of each", left, left == 1 ? "" : "s");
  return fmt::format("means over seeds: {} of A, {} of B", right, left);
}

std::string pair_text(Rows rows) {
  std::string text;
  const auto add_wrapped = [&](const std::string& line, const std::string& indent) {
    for (const auto& part : wrapped(line, kWidth - indent.size())) text += indent + part + "\n";
  };
  add_wrapped(heading(rows.front()), "");
  add_wrapped(seeds_text(rows), "  ");
  text += end_table(rows) + best_during_training(rows);
  std::set<std::string> reasons;
  for (const auto& row : rows) {
    if (!row.why.empty()) reasons.insert(row.why);
  }
  for (const auto& reason : reasons) add_wrapped("inconclusive: " + reason, "  ");
  return text;
}

std::string table(const ComparisonResult& result) {
  std::string text;
  const auto add_wrapped = [&](const std::string& line) {
    for (const auto& part : wrapped(line, kWidth)) text += part + "\n";
  };
  for (const auto& note : result.notes) add_wrapped("note: " + shown_text(note, 600));
  for (std::size_t first = 0, last = 0; first < result.rows.size(); first = last) {
    const auto title = heading(result.rows[first]);
    while (last < result.rows.size() && heading(result.rows[last]) == title) ++last;
    text += text.empty() ? "" : "\n";
    text += pair_text(Rows(result.rows).subspan(first, last - first));
  }
  text += "\n";
  add_wrapped(fmt::format(
      "A against B: the verdict is on A, and the difference is A minus B, ± its 95 % interval for new seeds, for which "
      "fewer than {} of each are too few; same: proven to differ by less than {:g} % of B (--margin); ↑ larger is "
      "better, ↓ smaller",
      kFewestForInterval, 100 * result.margin));
  return text;
}

const std::vector<std::string> kColumns{
    "task",       "left",       "right",         "metric",     "better",         "left_rate",       "right_rate",
    "left_n",     "right_n",    "left_mean",     "right_mean", "left_deviation", "right_deviation", "left_best",
    "right_best", "difference", "half_width_95", "margin",     "p_welch",        "p_mann_whitney",  "verdict",
    "why"};

std::vector<Json> flat_row(const Comparison& row) {
  return {row.task,
          row.left,
          row.right,
          row.metric,
          arrow(row.better),
          number_to_json(row.left_rate),
          number_to_json(row.right_rate),
          row.of_left.count,
          row.of_right.count,
          number_to_json(row.of_left.mean),
          number_to_json(row.of_right.mean),
          number_to_json(row.of_left.deviation),
          number_to_json(row.of_right.deviation),
          number_to_json(row.left_best),
          number_to_json(row.right_best),
          number_to_json(row.difference),
          number_to_json(row.half_width),
          number_to_json(row.margin),
          number_to_json(row.p_welch),
          number_to_json(row.p_rank),
          word_for(row.relation),
          row.why};
}

FlatTable flat_table(const ComparisonResult& result) {
  FlatTable table{kColumns, {}};
  for (const auto& row : result.rows) table.rows.push_back(flat_row(row));
  return table;
}

std::string markdown(const ComparisonResult& result) {
  std::string text;
  for (const auto& note : result.notes) text += "Note: " + markdown_text(note) + "\n\n";
  text +=
      "| task | A against B | metric (better) | A | B | A − B (95 %) | seeds A/B | verdict on A | A, best | B, best "
      "|\n";
  text += "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";
  for (const auto& row : result.rows) {
    text += fmt::format("| {} | {} against {} | {} ({}) | {} | {} | {} | {}/{} | {} | {} | {} |\n",
                        markdown_text(row.task), markdown_text(row.right), markdown_text(row.left),
                        markdown_text(row.metric), arrow(row.better), figure(row, row.of_right.mean),
                        figure(row, row.of_left.mean), difference_text(row), row.of_right.count, row.of_left.count,
                        word_for(row.relation), figure(row, row.right_best), figure(row, row.left_best));
  }
  return text;
}

std::vector<Json> objects_of(const ComparisonResult& result) {
  std::vector<Json> rows;
  for (const auto& row : result.rows) rows.push_back(to_json(row));
  return rows;
}

std::string json(const ComparisonResult& result) {
  return dump({{"notes", result.notes}, {"rows", objects_of(result)}}, 2) + "\n";
}

}  // namespace

std::string render(const ComparisonResult& result, Format format) {
  switch (format) {
    case Format::kTable: return table(result);
    case Format::kJson: return json(result);
    case Format::kJsonLines: return json_lines(objects_of(result));
    case Format::kCsv: return csv(flat_table(result));
    case Format::kMarkdown: return markdown(result);
  }
  throw std::logic_error("a format without a function");
}

}  // namespace nero_bench
