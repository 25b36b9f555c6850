#include "harness/analysis/quantity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/errors.h"
#include "base/text.h"

namespace nero_bench {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

using BySeed = std::map<std::int64_t, double>;
using RecordsByRate = std::map<double, const KnownRecord*>;

bool has_result(const TrialRecord& record) {
  return record.status == TrialStatus::kCompleted || record.status == TrialStatus::kDiverged;
}

[[noreturn]] void throw_absent(const TrialRecord& record, const std::string& what, std::vector<std::string> there) {
  throw ConfigError(fmt::format("record {}: there is no {} in it, which the reference asks for; {}", record.id(), what,
                                there.empty() ? "nothing of the kind is" : "there are " + quoted_list(there)));
}

// Of a trial that diverged.
double worst(const Quantity& quantity) {
  if (!quantity.better) return kNaN;
  return *quantity.better == Direction::kLargerIsBetter ? -kInfinity : kInfinity;
}

double metric_value(const TrialRecord& record, const Quantity& quantity) {
  if (record.status == TrialStatus::kDiverged) return worst(quantity);
  const Metrics* metrics = quantity.epoch ? nullptr : &record.final_metrics;
  for (const auto& point : record.curve) {
    if (quantity.epoch == point.epoch) metrics = &point.metrics;
  }
  if (metrics == nullptr) throw_absent(record, fmt::format("epoch {}", *quantity.epoch), {});
  const auto found = metrics->find(quantity.of);
  if (found != metrics->end()) return std::isfinite(found->second) ? found->second : worst(quantity);
  std::vector<std::string> there;
  for (const auto& [name, value] : *metrics) there.push_back(name);
  throw_absent(record, fmt::format("metric '{}'", shortened(quantity.of, 60)), there);
}

// The value at "memory_bytes.optimiser_state" and the like; nothing if `of` is a metric.
std::optional<double> recorded_value(const TrialRecord& record, const std::string& of) {
  const auto dot = of.find('.');
  const auto section = of.substr(0, dot);
  if (section != "memory_bytes" && section != "timings" && section != "initial" && section != "counts")
    return std::nullopt;
  const Json json = to_json(record);
  const auto& values = json.at(section);
  const auto found = values.find(of.substr(dot + 1));
  if (found != values.end()) return number_from_json(*found);
  std::vector<std::string> there;
  for (const auto& item : values.items()) there.push_back(section + "." + item.key());
  throw_absent(record, fmt::format("'{}'", shortened(of, 60)), there);
}

double value_in(const KnownRecord& known, const Quantity& quantity) {
  const auto recorded = recorded_value(*known.record, quantity.of);
  return recorded ? *recorded : metric_value(*known.record, quantity);
}

bool is_better(double a, double b, Direction better) {
  if (!std::isfinite(a)) return false;
  if (!std::isfinite(b)) return true;
  return better == Direction::kLargerIsBetter ? a > b : a < b;
}

[[noreturn]] void throw_ambiguous(const KnownRecord& one, const KnownRecord& other) {
  const Conditions as_conditions(other.facts.begin(), other.facts.end());
  const auto differing = unmet(as_conditions, one.facts);
  throw ConfigError(fmt::format("records {} and {}: the reference means one trial a seed, and 'where' fits both; {}",
                                one.record->id(), other.record->id(),
                                differing.empty() ? "they were evaluated differently: keep one of them"
                                                  : "add one of these to it: " + differing.front()));
}

bool in_grid(const Quantity& quantity, double rate) {
  return quantity.rates.empty() ||
         std::find(quantity.rates.begin(), quantity.rates.end(), rate) != quantity.rates.end();
}

// Without a grid all rates count as one: then there has to be one trial a seed.
std::map<std::int64_t, RecordsByRate> matching(const Quantity& quantity, std::span<const KnownRecord> records) {
  std::map<std::int64_t, RecordsByRate> found;
  for (const auto& known : records) {
    if (!has_result(*known.record) || !concerns(quantity, known)) continue;
    const auto& spec = known.record->spec;
    const auto [place, is_new] = found[spec.seed].emplace(quantity.rates.empty() ? 0 : spec.learning_rate, &known);
    if (!is_new) throw_ambiguous(*place->second, known);
  }
  return found;
}

double reduced(const Quantity& quantity, const RecordsByRate& by_rate) {
  double best = worst(quantity);
  double rate_of_best = kNaN;
  int beyond = 0;
  for (const auto& [rate, known] : by_rate) {  // ascending: of equal ones the smallest rate
    const double value = value_in(*known, quantity);
    if (is_better(value, quantity.beyond, *quantity.better)) ++beyond;
    if (!is_better(value, best, *quantity.better)) continue;
    best = value;
    rate_of_best = rate;
  }
  switch (quantity.take) {
    case Quantity::Take::kBest: return best;
    case Quantity::Take::kRateOfBest: return rate_of_best;
    case Quantity::Take::kRatesBeyond: return beyond;
  }
  throw std::logic_error("a reduction without a function");
}

BySeed recorded_by_seed(const Quantity& quantity, std::span<const KnownRecord> records) {
  BySeed values;
  for (const auto& [seed, by_rate] : matching(quantity, records)) {
    if (quantity.rates.empty()) {
      values[seed] = value_in(*by_rate.begin()->second, quantity);
    } else if (by_rate.size() == quantity.rates.size()) {  // else its search is not complete
      values[seed] = reduced(quantity, by_rate);
    }
  }
  return values;
}

// In favour of the side that did not diverge; of nothing where both did, or there is nothing to divide by.
double ratio(double left, double right) {
  if (std::isinf(left) || std::isinf(right)) return left - right;
  return right == 0 ? kNaN : left / right;
}

double extreme(const std::vector<double>& parts, bool largest) {
  double found = kNaN;
  for (const double part : parts) found = largest ? std::fmax(found, part) : std::fmin(found, part);
  return found;
}

double smallest_step(const std::vector<double>& parts) {
  double smallest = kInfinity;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const double step = parts[i] - parts[i - 1];
    if (std::isnan(step)) return kNaN;
    smallest = std::min(smallest, step);
  }
  return smallest;
}

double combined(Quantity::Kind kind, const std::vector<double>& parts) {
  switch (kind) {
    case Quantity::Kind::kDifference: return parts[0] - parts[1];
    case Quantity::Kind::kRatio: return ratio(parts[0], parts[1]);
    case Quantity::Kind::kLargest: return extreme(parts, true);
    case Quantity::Kind::kSmallest: return extreme(parts, false);
    case Quantity::Kind::kRise: return smallest_step(parts);
    case Quantity::Kind::kRecorded: break;
  }
  throw std::logic_error("a combination without a function");
}

}  // namespace

std::map<std::int64_t, double> values_by_seed(const Quantity& quantity, std::span<const KnownRecord> records) {
  if (quantity.kind == Quantity::Kind::kRecorded) return recorded_by_seed(quantity, records);
  std::map<std::int64_t, std::vector<double>> parts;
  for (const auto& part : quantity.parts) {
    for (const auto& [seed, value] : values_by_seed(part, records)) parts[seed].push_back(value);
  }
  BySeed values;
  for (const auto& [seed, list] : parts) {
    if (list.size() != quantity.parts.size()) continue;
    const double value = combined(quantity.kind, list);
    if (!std::isnan(value)) values[seed] = value;
  }
  return values;
}

bool concerns(const Quantity& quantity, const KnownRecord& record) {
  if (quantity.kind == Quantity::Kind::kRecorded)
    return in_grid(quantity, record.record->spec.learning_rate) && holds(quantity.where, record.facts);
  return std::any_of(quantity.parts.begin(), quantity.parts.end(),
                     [&](const Quantity& part) { return concerns(part, record); });
}

}  // namespace nero_bench
