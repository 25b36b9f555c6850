#pragma once
#include <set>
#include <string>
#include <vector>

#include "harness/analysis/summary.h"
#include "harness/report/columns.h"

namespace nero_bench {

using CellPointers = std::vector<const CellSummary*>;

// Marks that a table has used and the legend must explain.
using Marks = std::set<std::string>;

// Searches by design, a line each: how many of its points completed, the metric of the best one, its learning rate and
// a column for every other hyper-parameter. Rounded to three digits; the exports have all of them.
Columns design_table(const CellPointers& cells, Marks& marks);

}  // namespace nero_bench
