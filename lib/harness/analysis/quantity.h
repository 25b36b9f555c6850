#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_reader.h"
#include "harness/analysis/record_facts.h"
#include "trial/metric_names.h"

namespace nero_bench {

// A number that every seed of an experiment has, described by data: what records say, reduced over learning rates and
// combined. "Nero's best rate", "Adam's state bytes over Nero's", "the best of Adam and SGD at depth 40".
struct Quantity {
  enum class Kind { kRecorded, kDifference, kRatio, kLargest, kSmallest, kRise };
  enum class Take { kBest, kRateOfBest, kRatesBeyond };

  Kind kind = Kind::kRecorded;

  // Of a record: a metric as "test.accuracy", or "memory_bytes.optimiser_state", "timings.step_seconds",
  // "initial.signal.spread", "counts.model.parameters".
  std::string of;
  std::optional<std::int64_t> epoch;  // of a metric; else that of the end
  Conditions where;                   // which records; one a seed, or one a (seed, rate)
  std::vector<double> rates;          // not empty: the grid over which is reduced
  Take take = Take::kBest;
  double beyond = 0;  // kRatesBeyond: counts the rates with a better value than this
  std::optional<Direction> better;

  std::vector<Quantity> parts;  // of the other kinds; kRise: the smallest step from each to the next
};

// Reads {"of": …, "where": …} or {"difference": [a, b]}, {"ratio": [a, b]}, {"largest": […]}, {"smallest": […]},
// {"rise": […]}. Throws ConfigError.
Quantity parse_quantity(JsonReader json);

// Reads the object of paths and values at `key`; none where there is nothing.
Conditions parse_conditions(JsonReader& json, std::string_view key);

// The quantity in every seed for which all its trials completed or diverged. Diverged trials are never the best; one
// that no other rate makes up for is worse than any number, so that an accuracy is −∞, a loss ∞, and a difference or
// ratio infinite in favour of the other side. Where no way is known to be the better one, or a rate is asked for, it is
// NaN. A seed is left out where both sides of a pair diverged, and where something is divided by 0. Throws ConfigError
// where the conditions leave several trials a seed to choose from, or a record lacks what is asked for.
std::map<std::int64_t, double> values_by_seed(const Quantity& quantity, std::span<const KnownRecord> records);

// Whether the quantity looks at a record.
bool concerns(const Quantity& quantity, const KnownRecord& record);

}  // namespace nero_bench
