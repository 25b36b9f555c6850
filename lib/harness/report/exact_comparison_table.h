#pragma once
#include <span>
#include <string>

#include "harness/analysis/exact_comparison.h"

namespace nero_bench {

// That both sides are the same, or a few lines a differing trial; the counts are those of the records compared.
std::string exact_comparison_table(std::span<const Difference> differences, std::size_t left_count,
                                   std::size_t right_count);

}  // namespace nero_bench
