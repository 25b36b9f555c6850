#include "harness/analysis/rate_segments.h"

namespace nero_bench {
namespace {

// −1, 0 or 1: whether the rate falls, stays or rises from step `i` to the next; 0 at the end.
int direction(std::span<const double> rates, std::size_t i) {
  if (i + 1 == rates.size()) return 0;
  return (rates[i + 1] > rates[i] ? 1 : 0) - (rates[i + 1] < rates[i] ? 1 : 0);
}

}  // namespace

std::vector<RateSegment> rate_segments(std::span<const double> rates) {
  std::vector<RateSegment> segments;
  for (std::size_t first = 0; first < rates.size();) {
    const int way = direction(rates, first);
    // A rate that has come to stay belongs to the next segment.
    const auto next_belongs = [&](std::size_t i) {
      return i + 1 < rates.size() && direction(rates, i) == way &&
             (way == 0 || direction(rates, i + 1) == way || i + 2 == rates.size());
    };
    std::size_t last = first;
    while (next_belongs(last)) ++last;
    segments.push_back({first, last, rates[first], rates[last]});
    first = last + 1;
  }
  return segments;
}

}  // namespace nero_bench
