#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "harness/analysis/summary.h"

namespace nero_bench {

// Functions of errors over ascending learning rates, one mean error a rate, none of them NaN.

std::size_t best_index(std::span<const double> errors);  // of equal ones the first: the smallest rate

// Where the best rate stands. One rate is no grid, and so always inside.
GridEdge edge_at(std::size_t index, std::size_t count);

// Up to three rates that continue the grid beyond that end by a decade, in its own ratio there, or in three steps where
// it is denser; rounded to three digits. None for the inside, and none that a double cannot hold in full.
std::vector<double> continued(std::span<const double> rates, GridEdge edge);

// Valleys of the curve that are separated by a rise of more than `depth` on both sides.
std::int64_t count_modes(std::span<const double> errors, double depth);

struct Width {
  double decades = 0;
  bool open_below = false;
  bool open_above = false;
};

// How far the error stays at most `threshold` around the best rate, linear in log10(rate) between the rates given.
Width width_within(std::span<const double> rates, std::span<const double> errors, double threshold);

}  // namespace nero_bench
