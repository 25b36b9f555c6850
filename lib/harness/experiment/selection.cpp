#include "harness/experiment/selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

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

SearchOutcome search_outcome(const Cell& cell, const Protocol& protocol, const RecordIndex& records) {
  SearchOutcome outcome{.complete = true, .best_rate = std::nullopt, .best_score = kNaN};
  auto rates = cell.learning_rates;
  std::sort(rates.begin(), rates.end());  // of equal scores the first wins
  for (const double rate : rates) {
    std::vector<double> scores;
    for (const auto seed : protocol.search_seeds) {
      const auto* record = records.find(cell.trial(rate, seed));
      if (record == nullptr || !is_done(record->status)) outcome.complete = false;
      scores.push_back(record == nullptr ? kNaN : score(*record, protocol.select));
    }
    const double average = mean(scores);
    if (!is_better(average, outcome.best_score, protocol.select)) continue;
    outcome.best_rate = rate;
    outcome.best_score = average;
  }
  return outcome;
}

std::optional<double> repeat_rate(const Cell& cell, const SearchOutcome& outcome) {
  if (cell.repeat_learning_rate) return cell.repeat_learning_rate;
  return outcome.complete ? outcome.best_rate : std::nullopt;
}

bool is_done(TrialStatus status) { return status != TrialStatus::kInterrupted; }

bool is_failure(TrialStatus status) {
  return status == TrialStatus::kFailed || status == TrialStatus::kTimedOut || status == TrialStatus::kOutOfMemory;
}

}  // namespace nero_bench
