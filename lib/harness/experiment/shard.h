#pragma once
#include <string>
#include <vector>

#include "harness/experiment/cells.h"

namespace nero_bench {

// One of `count` parts of an experiment, counted from 1.
struct Shard {
  int index = 1;
  int count = 1;
};

// Reads "2/3". Throws ConfigError.
Shard parse_shard(const std::string& text);

// The cells of one part, in their order. Whole cells, because the repeats of a cell need the records of its whole
// search, which then lie in the part's own folder. The largest cells are dealt first, each to the part that has the
// fewest trials so far: a function of the config alone, so that the parts need not know of each other.
std::vector<Cell> cells_of(const Shard& shard, std::vector<Cell> cells);

}  // namespace nero_bench
