#include "base/hypothesis_tests.h"

#include <boost/math/distributions/hypergeometric.hpp>
#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/statistics.h"

namespace nero_bench {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

using StudentT = boost::math::students_t_distribution<double>;

double square(double value) { return value * value; }

// The probability of a t below `value`; infinite ones included.
double t_below(double value, double freedom) {
  if (std::isnan(value) || std::isnan(freedom)) return kNaN;
  if (std::isinf(value)) return value > 0 ? 1 : 0;
  return boost::math::cdf(StudentT(freedom), value);
}

double t_quantile(double probability, double freedom) { return boost::math::quantile(StudentT(freedom), probability); }

bool has_spread(const MeanDifference& difference) {
  return std::isfinite(difference.standard_error) && difference.freedom > 0;
}

// Against "the true difference is ≥ bound".
double p_below_bound(const MeanDifference& difference, double bound) {
  const double distance = difference.value - bound;
  if (std::isnan(difference.standard_error) || std::isnan(distance)) return kNaN;
  if (difference.standard_error == 0) return distance < 0 ? 0 : 1;
  if (!has_spread(difference)) return kNaN;
  return t_below(distance / difference.standard_error, difference.freedom);
}

double equivalence_power(const MeanDifference& of_equals, double margin, double alpha) {
  if (of_equals.standard_error == 0) return margin > 0 ? 1 : 0;
  if (!has_spread(of_equals)) return 0;
  const double slack = margin / of_equals.standard_error - t_quantile(1 - alpha, of_equals.freedom);
  return slack <= 0 ? 0 : 2 * t_below(slack, of_equals.freedom) - 1;
}

}  // namespace

Sample sample_of(std::span<const double> values) {
  return {static_cast<std::int64_t>(values.size()), mean(values), standard_deviation(values)};
}

MeanDifference welch(const Sample& left, const Sample& right) {
  const double value = left.mean - right.mean;
  if (left.count < 1 || right.count < 1 || left.count + right.count < 3) return {value, kNaN, kNaN};
  if (left.count == 1) return with_spread_of_right(left, right);
  if (right.count == 1) {
    const auto swapped = with_spread_of_right(right, left);
    return {value, swapped.standard_error, swapped.freedom};
  }
  const double of_left = left.deviation / std::sqrt(static_cast<double>(left.count));
  const double of_right = right.deviation / std::sqrt(static_cast<double>(right.count));
  const double error = std::hypot(of_left, of_right);
  // As shares of the error, whose fourth power a double may not hold.
  const double freedom = 1 / (square(square(of_left / error)) / static_cast<double>(left.count - 1) +
                              square(square(of_right / error)) / static_cast<double>(right.count - 1));
  return {value, error, freedom};
}

MeanDifference pooled(const Sample& left, const Sample& right) {
  const double value = left.mean - right.mean;
  const auto freedom = static_cast<double>(left.count + right.count - 2);
  if (left.count < 1 || right.count < 1 || freedom < 1) return {value, kNaN, kNaN};
  const auto squares = [](const Sample& side) {
    return side.count == 1 ? 0 : square(side.deviation) * static_cast<double>(side.count - 1);
  };
  const double parts = 1 / static_cast<double>(left.count) + 1 / static_cast<double>(right.count);
  return {value, std::sqrt((squares(left) + squares(right)) / freedom * parts), freedom};
}

MeanDifference with_spread_of_right(const Sample& left, const Sample& right) {
  const double value = left.mean - right.mean;
  if (left.count < 1 || right.count < 2) return {value, kNaN, kNaN};
  const double parts = 1 / static_cast<double>(left.count) + 1 / static_cast<double>(right.count);
  return {value, right.deviation * std::sqrt(parts), static_cast<double>(right.count - 1)};
}

double p_below(const MeanDifference& difference) { return p_below_bound(difference, 0); }

double p_above(const MeanDifference& difference) {
  return p_below_bound({-difference.value, difference.standard_error, difference.freedom}, 0);
}

double p_two_sided(const MeanDifference& difference) {
  const double p = 2 * std::min(p_below(difference), p_above(difference));
  return p > 1 ? 1 : p;  // keeps NaN
}

double half_width(const MeanDifference& difference, double confidence) {
  if (difference.standard_error == 0) return 0;
  if (!has_spread(difference)) return kNaN;
  return difference.standard_error * t_quantile(0.5 + confidence / 2, difference.freedom);
}

double p_equivalent(const MeanDifference& difference, double margin) {
  const MeanDifference mirrored{-difference.value, difference.standard_error, difference.freedom};
  return std::max(p_below_bound(difference, margin), p_below_bound(mirrored, margin));
}

std::optional<std::int64_t> count_for_equivalence(double deviation, const Sample& right, double margin, double alpha,
                                                  double power) {
  constexpr std::int64_t kMost = 10'000;
  if (!(margin > 0) || std::isnan(deviation)) return std::nullopt;
  const auto is_enough = [&](std::int64_t count) {
    return equivalence_power(welch({count, right.mean, deviation}, right), margin, alpha) >= power;
  };
  // In strides of a twentieth, then one by one within the last: quantiles of t take their time.
  std::int64_t too_few = 1;
  for (std::int64_t count = 2; count <= kMost; count += std::max<std::int64_t>(1, count / 20)) {
    if (!is_enough(count)) {
      too_few = count;
      continue;
    }
    for (++too_few; too_few < count && !is_enough(too_few); ++too_few) {}
    return too_few;
  }
  return std::nullopt;
}

double p_more_failures(std::int64_t failures, std::int64_t count, std::int64_t other_failures,
                       std::int64_t other_count) {
  if (failures == 0) return 1;
  const auto total = static_cast<std::uint64_t>(failures + other_failures);
  const boost::math::hypergeometric_distribution<double> by_chance(total, static_cast<std::uint64_t>(count),
                                                                   static_cast<std::uint64_t>(count + other_count));
  const auto fewer = static_cast<std::uint64_t>(failures - 1);
  const auto least = static_cast<std::uint64_t>(std::max<std::int64_t>(0, failures + other_failures - other_count));
  return fewer < least ? 1 : boost::math::cdf(boost::math::complement(by_chance, fewer));
}

std::vector<double> holm(std::span<const double> p_values) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < p_values.size(); ++i) {
    if (!std::isnan(p_values[i])) order.push_back(i);
  }
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return p_values[a] < p_values[b]; });
  std::vector<double> adjusted(p_values.size(), kNaN);
  double largest = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    largest = std::max(largest, static_cast<double>(order.size() - i) * p_values[order[i]]);
    adjusted[order[i]] = std::min(1.0, largest);
  }
  return adjusted;
}

}  // namespace nero_bench
