#include "harness/analysis/error_scale.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/statistics.h"
#include "harness/experiment/selection.h"
#include "trial/metric_names.h"

namespace nero_bench {
namespace {

// The mean over the records that have the measurement: one that is measured on a batch depends on the seed.
std::optional<ReferenceScore> initial_measurement(std::span<const TrialRecord* const> records, const std::string& name,
                                                  const Selection& select, const std::string& source) {
  std::vector<double> values;
  for (const auto* record : records) {
    const auto found = record->initial.find(name);
    if (found != record->initial.end() && std::isfinite(found->second)) values.push_back(found->second);
  }
  if (values.empty()) return std::nullopt;
  const double score = mean(values);
  return ReferenceScore{score, error_of(score, select), source};
}

}  // namespace

double error_of(double score, const Selection& select) { return std::abs(perfect_score(select.metric) - score); }

double score_of(double error, const Selection& select) {
  const double perfect = perfect_score(select.metric);
  return direction_of(select.metric) == Direction::kLargerIsBetter ? perfect - error : perfect + error;
}

std::optional<ReferenceScore> trivial_predictor(std::span<const TrialRecord* const> records, const Selection& select,
                                                std::optional<double> given) {
  const auto name = "trivial." + without_running(select.name());
  if (auto found = initial_measurement(records, name, select, "records: initial." + name)) return found;
  if (!given) return std::nullopt;
  return ReferenceScore{*given, error_of(*given, select), "given by --trivial-score"};
}

std::optional<ReferenceScore> untrained_network(std::span<const TrialRecord* const> records, const Selection& select,
                                                const std::optional<ReferenceScore>& trivial) {
  const auto name = without_running(select.name());
  auto found = initial_measurement(records, name, select, "records: initial." + name);
  return found ? found : trivial;
}

double capped_error(const TrialRecord* record, const Selection& select, double cap) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  if (record == nullptr) return kNaN;
  if (record->status == TrialStatus::kDiverged) return cap;
  if (record->status != TrialStatus::kCompleted) return kNaN;
  const double value = score(*record, select);
  return std::isnan(value) ? cap : std::min(error_of(value, select), cap);
}

}  // namespace nero_bench
