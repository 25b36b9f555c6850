#pragma once
#include <string>
#include <vector>

#include "harness/analysis/analysis.h"

namespace nero_bench {

// The cells of an analysis that can be compared, in the order of the config; variants that only some optimisers have
// stand last.
struct AnalysedBlock {
  std::string name;
  std::vector<const CellAnalysis*> cells;
};
std::vector<AnalysedBlock> blocks_of(const Analysis& analysis);

// With lines as line_labels() makes them, for tables, legends and sentences.
Analysis with_line_labels(Analysis analysis);

}  // namespace nero_bench
