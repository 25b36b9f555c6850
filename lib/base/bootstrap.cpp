#include "base/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include "base/distributions.h"
#include "base/random_streams.h"
#include "base/statistics.h"

namespace nero_bench {
namespace {

std::optional<Interval> around(double value, double standard_error, std::size_t count,
                               const BootstrapOptions& options) {
  const bool enough = count >= 2 && static_cast<std::int64_t>(count) >= options.fewest;
  if (!enough || !std::isfinite(value) || !std::isfinite(standard_error)) return std::nullopt;
  const double reach = standard_error * student_quantile((1 + options.confidence) / 2, static_cast<double>(count) - 1);
  return Interval{value - reach, value + reach};
}

}  // namespace

std::vector<Estimate> bootstrap(std::size_t count, const Statistics& statistics, const BootstrapOptions& options) {
  std::vector<std::size_t> drawn(count);
  std::iota(drawn.begin(), drawn.end(), std::size_t{0});
  std::vector<Estimate> estimates;
  const auto values = count == 0 ? std::vector<double>() : statistics(drawn);
  for (const double value : values)
    estimates.push_back({value, static_cast<std::int64_t>(count), std::nullopt, options.fewest});
  if (static_cast<std::int64_t>(count) < options.fewest || count < 2) return estimates;

  std::vector<std::vector<double>> resampled(values.size());
  std::mt19937_64 generator(RandomStreams(options.seed).seed("bootstrap"));
  for (std::int64_t i = 0; i < options.resamples; ++i) {
    for (auto& unit : drawn) unit = static_cast<std::size_t>(uniform_below(generator, count));
    const auto again = statistics(drawn);
    for (std::size_t j = 0; j < values.size(); ++j) resampled[j].push_back(again.at(j));
  }
  const double widened = std::sqrt(static_cast<double>(count) / static_cast<double>(count - 1));
  for (std::size_t j = 0; j < values.size(); ++j)
    estimates[j].interval = around(values[j], widened * standard_deviation(resampled[j]), count, options);
  return estimates;
}

Estimate largest(std::span<const Estimate> estimates, double confidence) {
  auto result = *std::max_element(estimates.begin(), estimates.end(),
                                  [](const Estimate& a, const Estimate& b) { return a.value < b.value; });
  if (std::any_of(estimates.begin(), estimates.end(), [](const Estimate& one) { return !one.interval; })) {
    result.interval.reset();
    return result;
  }
  const auto highest_low = [&](double stretch) {
    double low = -std::numeric_limits<double>::infinity();
    for (const auto& [value, count, interval, needed] : estimates)
      low = std::max(low, value - stretch * (value - interval->low));
    return low;
  };
  const double low = highest_low(1);
  double high = low;
  int contenders = 0;
  for (const auto& one : estimates) {
    high = std::max(high, one.interval->high);
    contenders += one.interval->high >= low ? 1 : 0;
  }
  const auto quantile = [&](double chance) {
    return student_quantile(1 - chance, static_cast<double>(result.count) - 1);
  };
  const double stretch = quantile((1 - confidence) / std::max(2, contenders)) / quantile((1 - confidence) / 2);
  result.interval = Interval{highest_low(stretch), high};
  return result;
}

Estimate bootstrap_of_positive(std::size_t count, const std::function<double(std::span<const std::size_t>)>& statistic,
                               const BootstrapOptions& options) {
  if (count == 0) return {std::numeric_limits<double>::quiet_NaN(), 0, std::nullopt, options.fewest};
  const auto logarithm = [&](std::span<const std::size_t> drawn) { return std::vector{std::log(statistic(drawn))}; };
  auto estimate = bootstrap(count, logarithm, options).front();
  estimate.value = std::exp(estimate.value);
  if (estimate.interval)
    estimate.interval = Interval{std::exp(estimate.interval->low), std::exp(estimate.interval->high)};
  return estimate;
}

Estimate mean_estimate(std::span<const double> values, const BootstrapOptions& options) {
  const auto count = values.size();
  const double standard_error = standard_deviation(values) / std::sqrt(static_cast<double>(count));
  const double value = mean(values);
  return {value, static_cast<std::int64_t>(count), around(value, standard_error, count, options), options.fewest};
}

}  // namespace nero_bench
