#include "harness/analysis/sensitivity.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/expected_best.h"
#include "base/statistics.h"
#include "harness/analysis/error_scale.h"
#include "harness/analysis/rate_curve.h"

namespace nero_bench {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kRounding = 1e-9;  // rates of a window are compared in decades

std::vector<double> mean_errors(const Errors& errors, std::span<const std::size_t> seeds) {
  std::vector<double> means;
  for (const auto& row : errors) {
    double sum = 0;
    for (const auto seed : seeds) sum += row[seed];
    means.push_back(sum / static_cast<double>(seeds.size()));
  }
  return means;
}

std::vector<double> mean_errors(const Errors& errors) {
  std::vector<std::size_t> seeds(errors.front().size());
  std::iota(seeds.begin(), seeds.end(), std::size_t{0});
  return mean_errors(errors, seeds);
}

using Indices = std::vector<std::size_t>;  // of rates

Indices rates_on(const std::vector<double>& rates, const std::vector<double>& shared) {
  Indices indices;
  for (std::size_t i = 0; i < rates.size(); ++i) {
    if (std::find(shared.begin(), shared.end(), rates[i]) != shared.end()) indices.push_back(i);
  }
  return indices;
}

Indices rates_around(const std::vector<double>& rates, double centre, double window) {
  Indices indices;
  for (std::size_t i = 0; i < rates.size(); ++i) {
    if (std::abs(std::log10(rates[i] / centre)) <= window + kRounding) indices.push_back(i);
  }
  return indices;
}

std::vector<double> at(const std::vector<double>& values, const Indices& indices) {
  std::vector<double> chosen;
  for (const auto i : indices) chosen.push_back(values[i]);
  return chosen;
}

// Appends how far each of the rates lies below the mean error of all (negative where above it, so that what varies
// around nothing is seen to vary), then the same as a share of what the rate learns, or of what all do where it learns
// less. The sensitivity is the largest of either: that of the best rate. One rate is no grid.
void append_excesses(std::vector<double>& statistics, const std::vector<double>& means, const Indices& indices,
                     double untrained) {
  if (indices.size() < 2) {
    statistics.insert(statistics.end(), {kNaN, kNaN});
    return;
  }
  const auto chosen = at(means, indices);
  const double over_all = mean(chosen);
  for (const double error : chosen) statistics.push_back(over_all - error);
  for (const double error : chosen)
    statistics.push_back(over_all < untrained ? (over_all - error) / (untrained - std::min(error, over_all)) : 0);
}

// Of estimates of append_excesses(). A sensitivity is not negative.
Estimate of_best(std::span<const Estimate> excesses, double confidence) {
  auto best = largest(excesses, confidence);
  if (best.interval) best.interval->low = std::max(0.0, best.interval->low);
  return best;
}

// `excesses` are the estimates of append_excesses().
LearningRateSensitivity described(const std::vector<double>& rates, const Indices& indices,
                                  std::span<const Estimate> excesses, double confidence) {
  const auto half = excesses.size() / 2;
  const auto value = of_best(excesses.first(half), confidence);
  const auto normalised = of_best(excesses.last(half), confidence);
  if (indices.empty()) return {value, normalised, kNaN, kNaN, 0, false};
  return {value, normalised, rates[indices.front()], rates[indices.back()], static_cast<std::int64_t>(indices.size()),
          true};
}

bool covers(const std::vector<double>& rates, double centre, double window) {
  return std::log10(centre / rates.front()) >= window - kRounding &&
         std::log10(rates.back() / centre) >= window - kRounding;
}

std::vector<TuningPoint> tuning_curve(const std::vector<double>& means, double untrained, const Selection& select,
                                      double confidence) {
  const auto expected = expected_minimum_without_replacement(means);
  const auto band = expected_minimum_band(means, 0, untrained, confidence);
  std::vector<TuningPoint> curve;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const auto [low, high] = std::minmax({score_of(band[i].low, select), score_of(band[i].high, select)});
    curve.push_back({static_cast<std::int64_t>(i + 1), score_of(expected[i], select), {low, high}});
  }
  return curve;
}

Tunability tunability_of(const std::vector<TuningPoint>& curve) {
  Tunability sums;
  const auto n = static_cast<double>(curve.size());
  for (const auto& point : curve) {
    const auto k = static_cast<double>(point.tried);
    sums.early += (n - k + 1) * point.score;
    sums.uniform += point.score;
    sums.late += k * point.score;
  }
  const double triangle = n * (n + 1) / 2;
  return {sums.early / triangle, sums.uniform / n, sums.late / triangle};
}

Estimate negated(Estimate estimate) {
  estimate.value = -estimate.value;
  if (estimate.interval) estimate.interval = Interval{-estimate.interval->high, -estimate.interval->low};
  return estimate;
}

// Everything that has the learning rate as its axis.
void add_rate_figures(Sensitivity& result, const SearchErrors& search, const std::vector<double>& means,
                      const AnalysisOptions& options) {
  const double best = means[search.best];
  const double best_rate = search.rates[search.best];
  const auto shared = rates_on(search.rates, search.shared);
  const auto own = rates_around(search.rates, best_rate, options.window);
  // Where what is tolerated is reckoned from the error of one rate. The usable width is the smallest, from the best
  // rate.
  const auto width_from = [&](const std::vector<double>& errors, std::size_t rate) {
    return width_within(search.rates, errors, errors[rate] + options.tolerance * (search.trivial - errors[rate]));
  };
  const auto statistics = [&](std::span<const std::size_t> seeds) {
    const auto drawn = mean_errors(search.errors, seeds);
    std::vector<double> values;
    for (std::size_t rate = 0; rate < drawn.size(); ++rate) values.push_back(-width_from(drawn, rate).decades);
    append_excesses(values, drawn, shared, search.untrained);
    append_excesses(values, drawn, own, search.untrained);
    return values;
  };
  const auto estimates = bootstrap(search.errors.front().size(), statistics, {.confidence = options.confidence});
  const auto widths = std::span(estimates).first(means.size());
  const auto excesses = std::span(estimates).subspan(means.size());
  const auto on_shared = 2 * std::max<std::size_t>(1, shared.size());
  result.modes = count_modes(means, options.tolerance * (search.trivial - best));
  const auto width = width_from(means, search.best);
  result.width = {negated(largest(widths, options.confidence)), width.open_below, width.open_above};
  result.shared = described(search.rates, shared, excesses.first(on_shared), options.confidence);
  result.own = described(search.rates, own, excesses.subspan(on_shared), options.confidence);
  result.own.complete = covers(search.rates, best_rate, options.window);
}

}  // namespace

Sensitivity sensitivity_of(const SearchErrors& search, const Selection& select, const AnalysisOptions& options) {
  const auto means = mean_errors(search.errors);
  Sensitivity result;
  if (!search.is_design) add_rate_figures(result, search, means, options);
  result.tuning = tuning_curve(means, search.untrained, select, options.confidence);
  result.tunability = tunability_of(result.tuning);
  return result;
}

}  // namespace nero_bench
