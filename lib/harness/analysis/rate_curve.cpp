#include "harness/analysis/rate_curve.h"

#include <algorithm>
#include <cmath>

#include "base/decimal.h"

namespace nero_bench {
namespace {

constexpr long kMostContinued = 3;

// Decades from rate `best` outwards, in steps of +1 or −1, until the error crosses the threshold; whether it never
// does.
double decades_to_one_side(std::span<const double> rates, std::span<const double> errors, double threshold,
                           std::ptrdiff_t best, std::ptrdiff_t step, bool& open) {
  const auto log_rate = [&](std::ptrdiff_t i) { return std::log10(rates[static_cast<std::size_t>(i)]); };
  const auto error = [&](std::ptrdiff_t i) { return errors[static_cast<std::size_t>(i)]; };
  for (auto i = best;; i += step) {
    const auto next = i + step;
    open = next < 0 || next == static_cast<std::ptrdiff_t>(rates.size());
    if (open) return std::abs(log_rate(i) - log_rate(best));
    if (error(next) <= threshold) continue;
    const double share = (threshold - error(i)) / (error(next) - error(i));
    return std::abs(log_rate(i) + share * (log_rate(next) - log_rate(i)) - log_rate(best));
  }
}

}  // namespace

std::size_t best_index(std::span<const double> errors) {
  return static_cast<std::size_t>(std::min_element(errors.begin(), errors.end()) - errors.begin());
}

GridEdge edge_at(std::size_t index, std::size_t count) {
  if (count < 2) return GridEdge::kInside;
  if (index == 0) return GridEdge::kSmallest;
  return index + 1 == count ? GridEdge::kLargest : GridEdge::kInside;
}

std::vector<double> continued(std::span<const double> rates, GridEdge edge) {
  if (edge == GridEdge::kInside) return {};
  const bool down = edge == GridEdge::kSmallest;
  const double end = down ? rates.front() : rates.back();
  const double neighbour = down ? rates[1] : rates[rates.size() - 2];
  const double decades = std::abs(std::log10(end) - std::log10(neighbour));
  const bool is_dense = decades * (kMostContinued + 0.5) < 1;
  const auto count = is_dense ? kMostContinued : std::max(1L, std::lround(1 / decades));
  const double step = is_dense ? 1.0 / kMostContinued : decades;
  std::vector<double> next;
  for (long i = 1; i <= count; ++i) {
    const double rate = rounded(end * std::pow(10, (down ? -step : step) * static_cast<double>(i)), 3);
    if (std::isnormal(rate)) next.push_back(rate);
  }
  return next;
}

std::int64_t count_modes(std::span<const double> errors, double depth) {
  std::int64_t modes = 0;
  bool falling = true;  // looking for the bottom of a valley, else for the top after it
  double extreme = errors.empty() ? 0 : errors.front();
  for (const double error : errors) {
    if (falling) {
      extreme = std::min(extreme, error);
      if (error - extreme <= depth) continue;
      ++modes;
    } else {
      extreme = std::max(extreme, error);
      if (extreme - error <= depth) continue;
    }
    falling = !falling;
    extreme = error;
  }
  return falling && !errors.empty() ? modes + 1 : modes;
}

Width width_within(std::span<const double> rates, std::span<const double> errors, double threshold) {
  Width width;
  const auto best = static_cast<std::ptrdiff_t>(best_index(errors));
  width.decades = decades_to_one_side(rates, errors, threshold, best, -1, width.open_below) +
                  decades_to_one_side(rates, errors, threshold, best, +1, width.open_above);
  return width;
}

}  // namespace nero_bench
