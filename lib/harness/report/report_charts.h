#pragma once
#include <vector>

#include "harness/report/conclusions.h"
#include "harness/report/report.h"
#include "harness/report/svg_chart.h"

namespace nero_bench {

// What is drawn of a block: scores against the rate, learning curves, performance against sensitivity, tuning budgets.
std::vector<Chart> charts_of(const AnalysedBlock& block, const ReportContent& content);

// What its optimisers cost.
std::vector<BarChart> cost_charts_of(const AnalysedBlock& block);

}  // namespace nero_bench
