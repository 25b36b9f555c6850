#pragma once
#include <string>

#include "harness/analysis/analysis.h"
#include "harness/report/export.h"

namespace nero_bench {

// The analysis for people, at most 80 columns: a block a task, with what the best and the default rate achieve, how
// much tuning that takes, and what it costs; then what the words and marks mean.
std::string analysis_table(const Analysis& analysis);

// In a format. JSON: one object; jsonl: an object an optimiser and task; csv: a row of them; md: a row with the figures
// of one as people read them.
std::string render(const Analysis& analysis, Format format);

}  // namespace nero_bench
