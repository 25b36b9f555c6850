#pragma once
#include <string>

#include "harness/analysis/analysis.h"
#include "harness/report/markup.h"

namespace nero_bench {

// All that an analysis says of tuning, a row a cell below a head: every figure with its interval, or † where there are
// too few seeds for one; the name of the standing in place of what it forbids. Lines are to be
// with_line_labels().
Rows tuning_figures(const Analysis& analysis);

// The same in tables of fewer columns, each with task and optimiser, by what they are about.
std::vector<std::pair<std::string, Rows>> tuning_parts(const Analysis& analysis);

// The same over tasks, a row an optimiser; empty where the analysis has nothing over tasks.
Rows over_tasks_figures(const Analysis& analysis);

std::string bounded_text(const UsableWidth& width, const std::string& decades);  // "≥" where the grid ends before it

// "1e-2", with "<" or ">" where it is the smallest or largest of its grid; "alike" where every rate gives the same.
std::string best_rate_text(const CellAnalysis& cell);

// ">" and the horizon where less than half get there; "never" where no trial came to a horizon, as all diverged.
std::string median_text(const CostToTarget& cost);

}  // namespace nero_bench
