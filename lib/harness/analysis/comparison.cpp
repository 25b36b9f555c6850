#include "harness/analysis/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "base/errors.h"
#include "base/rank_test.h"
#include "base/statistics.h"
#include "base/text.h"
#include "harness/analysis/compared_cell.h"

namespace nero_bench {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Of a diverged trial NaN; nothing where the records do not have it.
std::optional<std::vector<double>> values_of(const ComparedCell& cell, const std::string& metric) {
  std::vector<double> values;
  for (const auto* record : cell.records) {
    if (metric == kStateBytes) {
      values.push_back(static_cast<double>(record->memory.optimiser_state));
    } else if (metric == kStepSeconds) {
      values.push_back(record->timings.step_seconds);
    } else if (record->status == TrialStatus::kDiverged) {
      values.push_back(kNaN);
    } else {
      const auto found = record->final_metrics.find(metric);
      if (found == record->final_metrics.end()) return std::nullopt;
      values.push_back(std::isfinite(found->second) ? found->second : kNaN);
    }
  }
  return values;
}

double mean_best(const ComparedCell& cell, const std::string& metric) {
  std::vector<double> values;
  for (const auto* record : cell.records) {
    const auto best = best_metrics(record->curve);
    const auto found = best.find(metric);
    const bool is_known = record->status == TrialStatus::kCompleted && found != best.end();
    values.push_back(is_known ? found->second.value : kNaN);
  }
  return mean(values);
}

// Of either side: all trials of the other may have diverged.
std::vector<std::string> metrics_of(const ComparedCell& left, const ComparedCell& right) {
  std::vector<std::string> metrics;
  for (const auto* cell : {&left, &right}) {
    for (const auto* record : cell->records) {
      for (const auto& [name, value] : record->final_metrics) {
        if (direction_of(name) && std::find(metrics.begin(), metrics.end(), name) == metrics.end())
          metrics.push_back(name);
      }
    }
  }
  metrics.insert(metrics.end(), {kStateBytes, kStepSeconds});
  return metrics;
}

std::vector<double> diverged_last(std::vector<double> values, Direction better) {
  const double worst = better == Direction::kLargerIsBetter ? -std::numeric_limits<double>::infinity()
                                                            : std::numeric_limits<double>::infinity();
  for (auto& value : values) value = std::isnan(value) ? worst : value;
  return values;
}

double share_above(const std::vector<double>& left, const std::vector<double>& right) {
  double above = 0;
  for (const double a : left) {
    for (const double b : right) above += (b > a ? 1 : 0) - (b < a ? 1 : 0);
  }
  return above / static_cast<double>(left.size() * right.size());
}

Comparison measured(const ComparedCell& left, const ComparedCell& right, const std::string& metric,
                    const ComparisonOptions& options) {
  const auto of_left = values_of(left, metric).value_or(std::vector<double>{});
  const auto of_right = values_of(right, metric).value_or(std::vector<double>{});
  Comparison row;
  row.metric = metric;
  row.better = direction_of(metric).value_or(Direction::kSmallerIsBetter);
  row.left_rate = left.rate;
  row.right_rate = right.rate;
  row.of_left = sample_of(of_left);
  row.of_right = sample_of(of_right);
  row.left_best = mean_best(left, metric);
  row.right_best = mean_best(right, metric);
  row.margin = options.margin * std::abs(row.of_left.mean);
  const bool is_tested = of_left.size() > 1 && of_right.size() > 1;
  const auto difference = welch(row.of_right, row.of_left);
  row.difference = difference.value;
  const bool has_interval = std::min(row.of_left.count, row.of_right.count) >= kFewestForInterval;
  row.half_width = has_interval ? half_width(difference, 0.95) : kNaN;
  row.p_welch = is_tested ? p_two_sided(difference) : kNaN;
  const auto ranked_left = diverged_last(of_left, row.better);
  const auto ranked_right = diverged_last(of_right, row.better);
  row.p_rank = is_tested ? p_mann_whitney(ranked_left, ranked_right) : kNaN;
  row.ranks_above = share_above(ranked_left, ranked_right);
  row.least_p_rank = least_p_mann_whitney(row.of_left.count, row.of_right.count);
  return row;
}

// `above`: by how much the right side is larger.
Relation direction(const Comparison& row, double above) {
  return (above > 0) == (row.better == Direction::kLargerIsBetter) ? Relation::kBetter : Relation::kWorse;
}

// The least seeds a side with which ranks could reject as one of so many rows.
std::int64_t seeds_for_ranks(std::int64_t family, double alpha) {
  std::int64_t seeds = 2;
  while (least_p_mann_whitney(seeds, seeds) * static_cast<double>(family) > alpha) ++seeds;
  return seeds;
}

// Bytes have no spread: what is measured is so.
void judge_bytes(Comparison& row) {
  row.p_welch = row.p_rank = row.half_width = kNaN;
  if (std::isnan(row.difference)) {
    row.why = "no records";
  } else {
    row.relation = row.difference == 0 ? Relation::kSame : direction(row, row.difference);
  }
}

void judge(Comparison& row, const ComparisonOptions& options) {
  if (row.metric == kStateBytes) return judge_bytes(row);
  const bool ranks_can_reject = row.least_p_rank * static_cast<double>(row.family) <= options.alpha;
  const auto needed = seeds_for_ranks(row.family, options.alpha);
  const bool is_equivalent = p_equivalent(welch(row.of_right, row.of_left), row.margin) <= options.alpha;
  if (row.of_left.count < 2 || row.of_right.count < 2) {
    row.why = fmt::format("needs at least 2 seeds a side, and {} to be called the same", needed);
  } else if (std::isnan(row.p_welch)) {
    if (ranks_can_reject && row.p_rank <= options.alpha) {
      row.relation = direction(row, row.ranks_above);
    } else {
      row.why = "trials diverged, so that there is no mean; " +
                (ranks_can_reject ? std::string("ranks do not tell the sides apart")
                                  : fmt::format("ranks could tell with {} seeds a side", needed));
    }
  } else if (is_equivalent && ranks_can_reject) {
    row.relation = Relation::kSame;
  } else if (row.p_welch <= options.alpha && (!ranks_can_reject || row.p_rank <= options.alpha)) {
    row.relation = direction(row, row.difference);
  } else {
    row.why = !ranks_can_reject ? fmt::format("too few seeds: ranks alone could never tell, {} a side could", needed)
              : row.p_welch <= options.alpha ? "the means differ, the ranks do not: look at the values"
                                             : "neither a difference nor the same within the margin is proven";
  }
}

void adjust(std::vector<Comparison>& rows, double Comparison::*p) {
  std::map<std::string, std::vector<std::size_t>> families;
  for (std::size_t i = 0; i < rows.size(); ++i) families[rows[i].metric].push_back(i);
  for (const auto& [metric, members] : families) {
    std::vector<double> values;
    for (const auto i : members) values.push_back(rows[i].*p);
    const auto adjusted = holm(values);
    for (std::size_t i = 0; i < members.size(); ++i) rows[members[i]].*p = adjusted[i];
  }
}

void count_families(std::vector<Comparison>& rows) {
  std::map<std::string, std::int64_t> tested;
  for (const auto& row : rows) tested[row.metric] += std::isnan(row.p_rank) ? 0 : 1;
  for (auto& row : rows) row.family = std::max<std::int64_t>(1, tested[row.metric]);
}

class Comparer {
 public:
  explicit Comparer(const ComparisonOptions& options) : options_(options) {}

  void add(const ComparedCell& left, const ComparedCell& right, const Sides& sides, bool same_task) {
    for (const auto& mismatch : mismatches(left, right, sides, same_task)) {
      const bool is_allowed = options_.across.contains(mismatch.kind);
      if (!is_allowed) refused_kinds_.insert(mismatch.kind);
      (is_allowed ? noted_ : refused_).insert(mismatch.kind + ": " + mismatch.text);
    }
    for (const auto& metric : metrics_of(left, right)) {
      auto row = measured(left, right, metric, options_);
      row.task = same_task ? left.cell.task_label() + ", " + left.cell.optimiser : left.cell.block_label();
      row.left = sides.left;
      row.right = sides.right;
      result_.rows.push_back(std::move(row));
    }
    if (left.chosen_on_these) flattered_.insert(sides.left);
    if (right.chosen_on_these) flattered_.insert(sides.right);
  }

  ComparisonResult finish() && {
    if (!refused_.empty()) {
      throw ConfigError(
          fmt::format("not like with like: {}; make them alike, or compare them all the same with --across {}",
                      fmt::join(refused_, "; "), fmt::join(refused_kinds_, " --across ")));
    }
    count_families(result_.rows);
    adjust(result_.rows, &Comparison::p_welch);
    adjust(result_.rows, &Comparison::p_rank);
    for (auto& row : result_.rows) judge(row, options_);
    result_.margin = options_.margin;
    result_.notes.assign(noted_.begin(), noted_.end());
    if (!flattered_.empty())
      result_.notes.push_back(
          fmt::format("the values of {} are, at least in part, those by which the rates were chosen, and so flattered: "
                      "give the protocol repeat_seeds that are no search_seeds",
                      fmt::join(flattered_, " and ")));
    return std::move(result_);
  }

 private:
  const ComparisonOptions& options_;
  ComparisonResult result_;
  std::set<std::string> refused_;
  std::set<std::string> refused_kinds_;
  std::set<std::string> noted_;
  std::set<std::string> flattered_;  // by their names
};

// The cells that one of another optimiser or run is set against: those of its precision; where there are none, all that
// match, which is a mismatch.
template <class Match>
std::vector<const ComparedCell*> partners(const ComparedCell& left, std::span<const ComparedCell> cells, Match match) {
  std::vector<const ComparedCell*> all;
  std::vector<const ComparedCell*> alike;
  for (const auto& right : cells) {
    if (!match(right.cell)) continue;
    all.push_back(&right);
    if (precision_of(right.cell.common.task) == precision_of(left.cell.common.task)) alike.push_back(&right);
  }
  return alike.empty() ? all : alike;
}

// The line of the table that a name means.
std::string line_named(const std::string& name, const Run& run, std::span<const ComparedCell> cells) {
  std::vector<std::string> lines;
  std::set<std::string> of_optimiser;
  for (const auto& compared : cells) {
    const auto& cell = compared.cell;
    if (cell.line == name) return name;
    if (std::find(lines.begin(), lines.end(), cell.line) == lines.end()) lines.push_back(cell.line);
    if (cell.line.starts_with(name + ", ")) of_optimiser.insert(cell.line);
  }
  if (of_optimiser.size() == 1) return *of_optimiser.begin();
  throw ConfigError(fmt::format("--optimisers {}: expected one of the lines of {}: {}", shortened(name, 80),
                                shortened(run.name, 200), shortened(quoted_list(lines), 1000)));
}

}  // namespace

ComparisonResult compare_optimisers(const Run& run, std::span<const std::string> names,
                                    const ComparisonOptions& options) {
  const auto cells = compared_cells(run);
  if (names.size() < 2)
    throw ConfigError("--optimisers: expected two or more, the baseline first, such as --optimisers adam nero");
  std::vector<std::string> lines;
  for (const auto& name : names) lines.push_back(line_named(name, run, cells));
  Comparer comparer(options);
  for (const auto& left : cells) {
    if (left.cell.line != lines.front()) continue;
    for (std::size_t i = 1; i < lines.size(); ++i) {
      const auto matches = [&](const Cell& cell) { return cell.block == left.cell.block && cell.line == lines[i]; };
      for (const auto* right : partners(left, cells, matches))
        comparer.add(left, *right, {lines.front(), lines[i]}, false);
    }
  }
  return std::move(comparer).finish();
}

ComparisonResult compare_runs(std::span<const Run> runs, const ComparisonOptions& options) {
  std::vector<std::vector<ComparedCell>> cells;
  for (const auto& run : runs) cells.push_back(compared_cells(run));
  Comparer comparer(options);
  std::vector<bool> has_partner(runs.size());
  for (const auto& left : cells.front()) {
    for (std::size_t i = 1; i < runs.size(); ++i) {
      const auto matches = [&](const Cell& cell) {
        return cell.task == left.cell.task && cell.optimiser == left.cell.optimiser;
      };
      for (const auto* right : partners(left, cells[i], matches)) {
        comparer.add(left, *right, {runs.front().name, runs[i].name}, true);
        has_partner[i] = true;
      }
    }
  }
  for (std::size_t i = 1; i < runs.size(); ++i) {
    if (!has_partner[i])
      throw ConfigError(fmt::format(
          "{} and {} have no optimiser on a task in common; name runs of the same experiment, or with --optimisers "
          "lines of one",
          shortened(runs.front().name, 200), shortened(runs[i].name, 200)));
  }
  return std::move(comparer).finish();
}

}  // namespace nero_bench
