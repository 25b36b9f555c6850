#pragma once
#include <string>
#include <vector>

#include "harness/analysis/analysis.h"

namespace nero_bench {

// How tables of figures are to be read, as paragraphs: those of a task, of all figures of tuning, and over tasks, which
// are none where the analysis has nothing over tasks.
std::vector<std::string> legend_of_tasks(const Analysis& analysis);
std::vector<std::string> legend_of_tuning(const Analysis& analysis);
std::vector<std::string> legend_over_tasks(const Analysis& analysis);

}  // namespace nero_bench
