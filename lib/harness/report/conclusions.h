#pragma once
#include <string>
#include <vector>

#include "harness/analysis/analysis.h"

namespace nero_bench {

// The cells of an analysis that can be compared, in the order of the config.
struct AnalysedBlock {
  std::string name;
  std::vector<const CellAnalysis*> cells;
};
std::vector<AnalysedBlock> blocks_of(const Analysis& analysis);

// What the figures of a block say, as sentences for people: who reaches what, how much tuning that takes, and what
// must not be concluded. Names in it come from the config and are not escaped.
std::vector<std::string> conclusions(const AnalysedBlock& block, const Analysis& analysis);

}  // namespace nero_bench
