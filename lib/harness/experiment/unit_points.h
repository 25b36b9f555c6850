#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/random_streams.h"

namespace nero_bench {

// Points in the unit cube [0, 1)^dimensions, a vector each. More points begin with the same ones, so that a larger
// budget keeps the trials of a smaller one.
using UnitPoints = std::vector<std::vector<double>>;

// Independent and uniform. `study` chooses one of many such sets; as does the seed of the streams.
UnitPoints random_points(std::size_t count, std::size_t dimensions, const RandomStreams& streams, std::uint64_t study);

// The Halton sequence with random digits: dimension j is the radical inverse in the j-th prime base, each digit of it
// sent through a permutation of its own ("A randomized Halton algorithm in R", Owen 2017, arXiv 1706.02808). A point is
// then uniform, and of the first ∏ bⱼ^kⱼ points each box of sides bⱼ^-kⱼ holds exactly one. At most kMostDimensions.
UnitPoints halton_points(std::size_t count, std::size_t dimensions, const RandomStreams& streams, std::uint64_t study);
inline constexpr std::size_t kMostDimensions = 32;

// The digits of `index` in the base, the last one first, behind the point: Σ π_d(digit_d) / base^(d + 1) over all
// `permutations` π.
double radical_inverse(std::uint64_t index, std::int64_t base, std::span<const std::vector<std::int64_t>> permutations);

}  // namespace nero_bench
