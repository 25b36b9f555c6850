#pragma once
#include "base/json.h"
#include "harness/analysis/analysis.h"

namespace nero_bench {

// The one mapping of an analysis to names: every format but the table for people derives from it. What is not known is
// null; in place of figures that a standing other than "learns" forbids stands its name, such as "never_learns".
// Intervals are [low, high], or "too few".
Json to_json(const Analysis& analysis);
Json to_json(const CellAnalysis& cell);

std::string to_string(Standing standing);

}  // namespace nero_bench
