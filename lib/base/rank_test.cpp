#include "base/rank_test.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace nero_bench {
namespace {

constexpr std::size_t kMostForExact = 60;

// Ranks from 1 of all values, the left ones first, doubled so that the mean ranks of ties are whole numbers.
struct Ranking {
  std::vector<std::size_t> doubled;
  double tie_sum = 0;  // Σ (t³ − t) over groups of t equal values
};

Ranking rank(std::span<const double> left, std::span<const double> right) {
  std::vector<double> values(left.begin(), left.end());
  values.insert(values.end(), right.begin(), right.end());
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return values[a] < values[b]; });
  Ranking ranking{.doubled = std::vector<std::size_t>(values.size()), .tie_sum = 0};
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first + 1;
    while (last < order.size() && values[order[last]] == values[order[first]]) ++last;
    for (std::size_t i = first; i < last; ++i) ranking.doubled[order[i]] = first + last + 1;
    const auto ties = static_cast<double>(last - first);
    ranking.tie_sum += ties * ties * ties - ties;
    first = last;
  }
  return ranking;
}

// Counts, over all choices of `count` of the ranks, those with a sum at most and at least `observed`.
double exact_p(const std::vector<std::size_t>& ranks, std::size_t count, std::size_t observed) {
  const auto most = std::accumulate(ranks.begin(), ranks.end(), std::size_t{0});
  std::vector<std::vector<double>> ways(count + 1, std::vector<double>(most + 1, 0));
  ways[0][0] = 1;
  for (const auto rank : ranks) {
    for (std::size_t chosen = count; chosen > 0; --chosen) {
      for (std::size_t sum = rank; sum <= most; ++sum) ways[chosen][sum] += ways[chosen - 1][sum - rank];
    }
  }
  double all = 0;
  double at_most = 0;
  double at_least = 0;
  for (std::size_t sum = 0; sum <= most; ++sum) {
    all += ways[count][sum];
    if (sum <= observed) at_most += ways[count][sum];
    if (sum >= observed) at_least += ways[count][sum];
  }
  return std::min(1.0, 2 * std::min(at_most, at_least) / all);
}

double normal_p(double rank_sum, double left, double right, double tie_sum) {
  const double all = left + right;
  const double u = rank_sum - left * (left + 1) / 2;
  const double variance = left * right / 12 * (all + 1 - tie_sum / (all * (all - 1)));
  if (!(variance > 0)) return 1;
  const double distance = std::abs(u - left * right / 2) - 0.5;
  return std::min(1.0, std::erfc(distance / std::sqrt(2 * variance)));
}

bool has_nan(std::span<const double> values) {
  return std::any_of(values.begin(), values.end(), [](double value) { return std::isnan(value); });
}

}  // namespace

double p_mann_whitney(std::span<const double> left, std::span<const double> right) {
  if (left.empty() || right.empty() || has_nan(left) || has_nan(right)) return std::numeric_limits<double>::quiet_NaN();
  const auto ranking = rank(left, right);
  const auto end_of_left = ranking.doubled.begin() + static_cast<std::ptrdiff_t>(left.size());
  const auto observed = std::accumulate(ranking.doubled.begin(), end_of_left, std::size_t{0});
  if (left.size() + right.size() <= kMostForExact) return exact_p(ranking.doubled, left.size(), observed);
  return normal_p(static_cast<double>(observed) / 2, static_cast<double>(left.size()),
                  static_cast<double>(right.size()), ranking.tie_sum);
}

double least_p_mann_whitney(std::int64_t left, std::int64_t right) {
  double choices = 1;  // C(left + right, left)
  for (std::int64_t i = 1; i <= left; ++i) choices *= static_cast<double>(right + i) / static_cast<double>(i);
  return std::min(1.0, 2 / choices);
}

}  // namespace nero_bench
