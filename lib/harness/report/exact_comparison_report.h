#pragma once
#include <span>
#include <string>

#include "harness/analysis/exact_comparison.h"
#include "harness/report/export.h"

namespace nero_bench {

// The bit-exact comparison of two folders, which the user calls so; the counts are those of the records compared.
struct ExactComparison {
  std::vector<Difference> differences;
  std::string left;
  std::string right;
  std::size_t left_count = 0;
  std::size_t right_count = 0;
};

// In a format; ends with a newline where it has lines. Table: that both sides are the same, or a few lines a differing
// trial. JSON: one object; jsonl, csv, md: a differing trial each.
std::string render(const ExactComparison& comparison, Format format);

}  // namespace nero_bench
