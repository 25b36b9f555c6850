#include "base/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace nero_bench {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool undefined(std::span<const double> values) {
  return values.empty() || std::any_of(values.begin(), values.end(), [](double value) { return std::isnan(value); });
}

}  // namespace

double mean(std::span<const double> values) {
  if (values.empty()) return kNaN;
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double median(std::span<const double> values) { return quantile(values, 0.5); }

double quantile(std::span<const double> values, double fraction) {
  if (undefined(values)) return kNaN;
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const double position = fraction * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const double weight = position - static_cast<double>(below);
  if (weight == 0) return sorted[below];  // also keeps 0 · ∞ out
  return sorted[below] + weight * (sorted[below + 1] - sorted[below]);
}

double minimum(std::span<const double> values) {
  return undefined(values) ? kNaN : *std::min_element(values.begin(), values.end());
}

double maximum(std::span<const double> values) {
  return undefined(values) ? kNaN : *std::max_element(values.begin(), values.end());
}

double standard_deviation(std::span<const double> values) {
  if (values.size() < 2) return kNaN;
  // Measured from the first value, so that equal values have no spread instead of the rounding of their mean.
  double offset = 0;
  for (const double value : values) offset += (value - values[0]) / static_cast<double>(values.size());
  double sum = 0;
  for (const double value : values) {
    const double deviation = value - values[0] - offset;
    sum += deviation * deviation;
  }
  return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

}  // namespace nero_bench
