#pragma once
#include <cstdint>
#include <span>

namespace nero_bench {

// Mann & Whitney's U test (1947), two-sided: against "neither side tends to larger values". Only the order of the
// values counts, so they may be infinite. Exact given the ties that there are; with more than 60 values in all by the
// normal approximation with corrections for ties and continuity. NaN if a side is empty or a value is NaN.
double p_mann_whitney(std::span<const double> left, std::span<const double> right);

// The smallest p that so many values without ties can give: 0.1 for three against three, which rejects nothing at 0.05.
double least_p_mann_whitney(std::int64_t left, std::int64_t right);

}  // namespace nero_bench
