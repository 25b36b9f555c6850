#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace nero_bench {

// Steps, counted from 0, over which a rate stays, rises or falls.
struct RateSegment {
  std::size_t first = 0;
  std::size_t last = 0;  // included
  double from = 0;       // the rate of the first and of the last step
  double to = 0;
};

// The sequence cut where it begins to stay, to rise or to fall. A change between two steps at which it stays, such as
// at a milestone, is no segment of its own.
std::vector<RateSegment> rate_segments(std::span<const double> rates);

}  // namespace nero_bench
