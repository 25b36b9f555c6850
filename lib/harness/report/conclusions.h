#pragma once
#include <string>
#include <vector>

#include "harness/report/blocks.h"

namespace nero_bench {

// What the figures of a block say, as sentences for people: by what is judged, who reaches what, how much tuning that
// takes, and what must not be concluded. Scores on fresh seeds are ranked apart from those on search seeds alone.
// Lines are to be with_line_labels(); names are not escaped.
std::vector<std::string> conclusions(const AnalysedBlock& block, const Analysis& analysis);

// Why tasks of different precision are not compared, and how they can be; empty where all have one.
std::string precision_sentence(const Analysis& analysis);

}  // namespace nero_bench
