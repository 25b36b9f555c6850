#include "base/expected_best.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/distributions.h"

namespace nero_bench {
namespace {

using Values = std::vector<double>;

bool has_nan(std::span<const double> values) {
  return std::any_of(values.begin(), values.end(), [](double value) { return std::isnan(value); });
}

Values ascending(std::span<const double> values) {
  Values sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

// Chance that the i-th smallest of n is the smallest of k: it is drawn first or later (k / n), and none of the i before
// it is among the k − 1 others.
double chance_to_be_smallest(std::size_t i, std::size_t k, std::size_t n) {
  double chance = static_cast<double>(k) / static_cast<double>(n);
  for (std::size_t j = 0; j + 1 < k; ++j) {
    if (n - 1 - i <= j) return 0;
    chance *= static_cast<double>(n - 1 - i - j) / static_cast<double>(n - 1 - j);
  }
  return chance;
}

// ∫ (1 − F)ᵏ from the smallest to the largest value that can be, F a step function: the empirical one shifted up and
// cut to [0, 1].
double expected_minimum(const Values& sorted, double smallest, double largest, double shift, std::size_t k) {
  double area = 0;
  double from = smallest;
  for (std::size_t below = 0; below <= sorted.size(); ++below) {
    const double to = below < sorted.size() ? sorted[below] : largest;
    const double share = static_cast<double>(below) / static_cast<double>(sorted.size());
    area += std::pow(1 - std::clamp(share + shift, 0.0, 1.0), static_cast<double>(k)) * (to - from);
    from = to;
  }
  return smallest + area;
}

}  // namespace

Values expected_minimum_without_replacement(std::span<const double> values) {
  if (has_nan(values)) return Values(values.size(), std::numeric_limits<double>::quiet_NaN());
  const auto sorted = ascending(values);
  Values result;
  for (std::size_t k = 1; k <= sorted.size(); ++k) {
    double sum = 0;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      const double chance = chance_to_be_smallest(i, k, sorted.size());
      if (chance > 0) sum += chance * sorted[i];  // infinite ones that cannot be it do not count
    }
    result.push_back(sum);
  }
  return result;
}

std::vector<Interval> expected_minimum_band(std::span<const double> values, double smallest, double largest,
                                            double confidence) {
  std::vector<Interval> band;
  if (values.empty() || has_nan(values)) return band;
  const auto sorted = ascending(values);
  const double distance = kolmogorov_quantile(confidence, sorted.size());
  for (std::size_t k = 1; k <= sorted.size(); ++k)
    band.push_back({expected_minimum(sorted, smallest, largest, distance, k),
                    expected_minimum(sorted, smallest, largest, -distance, k)});
  return band;
}

}  // namespace nero_bench
