#include "harness/experiment/selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/errors.h"
#include "base/statistics.h"
#include "base/text.h"
#include "trial/metric_names.h"

namespace nero_bench {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

[[noreturn]] void throw_missing_metric(const TrialRecord& record, const std::string& metric) {
  std::vector<std::string> there;
  for (const auto& [name, value] : record.final_metrics) there.push_back(name);
  throw ConfigError(fmt::format("record {}: the metric '{}', by which the config selects, is not in it; {}",
                                record.id(), metric,
                                there.empty() ? "it has no metrics: choose another task"
                                              : "correct protocol.select: there are " + quoted_list(there)));
}

// The best finite value of the curve, NaN for none.
double best_of_curve(const TrialRecord& record, const Selection& select) {
  double best = kNaN;
  bool found = false;
  for (const auto& point : record.curve) {
    const auto value = point.metrics.find(select.name());
    if (value == point.metrics.end()) continue;
    found = true;
    if (is_better(value->second, best, select)) best = value->second;
  }
  if (!found) throw_missing_metric(record, select.name());
  return best;
}

double final_value(const TrialRecord& record, const Selection& select) {
  const auto value = record.final_metrics.find(select.name());
  if (value == record.final_metrics.end()) throw_missing_metric(record, select.name());
  return std::isfinite(value->second) ? value->second : kNaN;
}

}  // namespace

double score(const TrialRecord& record, const Selection& select) {
  if (record.status != TrialStatus::kCompleted) return kNaN;
  return select.rule == SelectionRule::kBest ? best_of_curve(record, select) : final_value(record, select);
}

bool is_better(double a, double b, const Selection& select) {
  if (!std::isfinite(a)) return false;
  if (std::isnan(b)) return true;
  return direction_of(select.metric) == Direction::kLargerIsBetter ? a > b : a < b;
}

std::vector<std::size_t> by_rate(const std::vector<Candidate>& candidates) {
  std::vector<std::size_t> order(candidates.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return candidates[a].learning_rate < candidates[b].learning_rate;
  });
  return order;
}

SearchOutcome search_outcome(const Cell& cell, const Selection& select, const RecordIndex& records) {
  SearchOutcome outcome{.complete = true, .best = std::nullopt, .best_score = kNaN};
  for (const auto i : by_rate(cell.candidates)) {  // of equal scores the first wins
    std::vector<double> scores;
    for (const auto seed : cell.search_seeds) {
      const auto* record = records.find(cell.trial(cell.candidates[i], seed));
      if (record == nullptr || !is_done(record->status)) outcome.complete = false;
      scores.push_back(record == nullptr ? kNaN : score(*record, select));
    }
    const double average = mean(scores);
    if (!is_better(average, outcome.best_score, select)) continue;
    outcome.best = i;
    outcome.best_score = average;
  }
  return outcome;
}

std::optional<Candidate> to_repeat(const Cell& cell, const SearchOutcome& outcome) {
  if (cell.published) return cell.published;
  if (!outcome.complete || !outcome.best) return std::nullopt;
  return cell.candidates[*outcome.best];
}

bool is_done(TrialStatus status) { return status != TrialStatus::kInterrupted; }

bool is_failure(TrialStatus status) {
  return status == TrialStatus::kFailed || status == TrialStatus::kTimedOut || status == TrialStatus::kOutOfMemory;
}

}  // namespace nero_bench
