#include "harness/analysis/time_to_target.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/survival.h"
#include "harness/analysis/error_scale.h"

namespace nero_bench {
namespace {

// Below it, the interval of the restricted mean holds in under 93.5 % of draws (tests/statistics/coverage.cpp).
constexpr std::int64_t kFewestTrials = 8;

const CurvePoint* first_at_target(const TrialRecord& record, double target_error, const Selection& select) {
  for (const auto& point : record.curve) {
    const auto value = point.metrics.find(select.name());
    if (value != point.metrics.end() && error_of(value->second, select) <= target_error) return &point;
  }
  return nullptr;
}

double epochs(const TrialRecord&, const CurvePoint& point) { return static_cast<double>(point.epoch); }
double steps(const TrialRecord&, const CurvePoint& point) { return static_cast<double>(point.step); }
double seconds(const TrialRecord& record, const CurvePoint& point) {
  return record.timings.train_seconds * static_cast<double>(point.step) / static_cast<double>(record.steps);
}

using Cost = double (*)(const TrialRecord&, const CurvePoint&);

// Up to where all trials that were not stopped early were watched.
double horizon_of(std::span<const TrialRecord* const> records, Cost cost) {
  double horizon = std::numeric_limits<double>::infinity();
  for (const auto* record : records) {
    if (record->status == TrialStatus::kCompleted && !record->curve.empty())
      horizon = std::min(horizon, cost(*record, record->curve.back()));
  }
  return horizon;
}

Duration duration_of(const TrialRecord& record, const CurvePoint* reached, Cost cost, double horizon) {
  if (reached != nullptr) return {cost(record, *reached), true};
  if (record.status == TrialStatus::kDiverged || record.status == TrialStatus::kCompleted) return {horizon, false};
  return {record.curve.empty() ? 0 : std::min(horizon, cost(record, record.curve.back())), false};
}

// On the scale of logarithms, because times are skewed to the right: on that of times the interval holds in one draw of
// a hundred fewer at 10 trials.
Estimate mean_by_bootstrap(const std::vector<Duration>& durations, double horizon, double confidence) {
  const auto mean_of = [&](std::span<const std::size_t> drawn) {
    std::vector<Duration> some;
    for (const auto i : drawn) some.push_back(durations[i]);
    return restricted_mean(kaplan_meier(some), horizon);
  };
  return bootstrap_of_positive(durations.size(), mean_of, {.confidence = confidence, .fewest = kFewestTrials});
}

CostToTarget cost_to_target(std::span<const TrialRecord* const> records, const std::vector<const CurvePoint*>& reached,
                            Cost cost, double confidence) {
  CostToTarget result;
  result.horizon = horizon_of(records, cost);
  std::vector<Duration> durations;
  for (std::size_t i = 0; i < records.size(); ++i)
    durations.push_back(duration_of(*records[i], reached[i], cost, result.horizon));
  result.median = median_survival(kaplan_meier(durations));
  result.restricted_mean = mean_by_bootstrap(durations, result.horizon, confidence);
  return result;
}

}  // namespace

std::optional<TimeToTarget> time_to_target(std::span<const TrialRecord* const> records, double target_error,
                                           const Selection& select, const AnalysisOptions& options) {
  TimeToTarget result;
  result.score = score_of(target_error, select);
  std::vector<const CurvePoint*> reached;
  for (const auto* record : records) {
    reached.push_back(first_at_target(*record, target_error, select));
    ++result.trials;
    result.reached += reached.back() != nullptr ? 1 : 0;
  }
  if (!std::isfinite(horizon_of(records, epochs))) return std::nullopt;
  result.epochs = cost_to_target(records, reached, epochs, options.confidence);
  result.steps = cost_to_target(records, reached, steps, options.confidence);
  result.seconds = cost_to_target(records, reached, seconds, options.confidence);
  return result;
}

}  // namespace nero_bench
