#pragma once
#include <string>

#include "harness/analysis/comparison.h"
#include "harness/report/export.h"

namespace nero_bench {

// The comparison in a format; ends with a newline. csv, md: a row a comparison; jsonl: an object a comparison.
std::string render(const ComparisonResult& result, Format format);

}  // namespace nero_bench
