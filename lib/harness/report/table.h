#pragma once
#include <span>
#include <string>

#include "harness/analysis/exact_comparison.h"
#include "harness/analysis/summary.h"

namespace nero_bench {

// The summary for people, at most 80 columns: a block a task, a line an optimiser, a column a learning rate.
std::string summary_table(const Summary& summary);

// "the same" or a line a difference.
std::string exact_comparison_table(std::span<const Difference> differences, std::size_t left_count,
                                   std::size_t right_count);

}  // namespace nero_bench
