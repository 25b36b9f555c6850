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

// Σ weight(i, k) · x₍ᵢ₎ for every k; values of no weight do not count, not even infinite ones.
template <class Weight>
Values weighted_minima(std::span<const double> values, Weight weight) {
  if (has_nan(values)) return Values(values.size(), std::numeric_limits<double>::quiet_NaN());
  const auto sorted = ascending(values);
  Values result;
  for (std::size_t k = 1; k <= sorted.size(); ++k) {
    double sum = 0;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      const double part = weight(i, k);
      if (part > 0) sum += part * sorted[i];
    }
    result.push_back(sum);
  }
  return result;
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
  const auto n = values.size();
  // Chance that the i-th smallest is the smallest of k: it is drawn first or later (k / n), and none of the i before it
  // is among the k − 1 others.
  return weighted_minima(values, [n](std::size_t i, std::size_t k) {
    double chance = static_cast<double>(k) / static_cast<double>(n);
    for (std::size_t j = 0; j + 1 < k; ++j) {
      if (n - 1 - i <= j) return 0.0;
      chance *= static_cast<double>(n - 1 - i - j) / static_cast<double>(n - 1 - j);
    }
    return chance;
  });
}

Values expected_minimum_with_replacement(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  return weighted_minima(values, [n](std::size_t i, std::size_t k) {
    const auto above = [&](double rank) { return std::pow((n - rank) / n, static_cast<double>(k)); };
    return above(static_cast<double>(i)) - above(static_cast<double>(i + 1));
  });
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
