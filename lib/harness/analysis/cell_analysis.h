#pragma once
#include <optional>
#include <vector>

#include "harness/analysis/analysis.h"
#include "harness/analysis/cell_trials.h"

namespace nero_bench {

// What the optimisers of a task have in common.
struct TaskFacts {
  std::optional<ReferenceScore> trivial;
  std::vector<double> shared_rates;  // tried by all of them, ascending
};

// Whether the error is below the trivial one, and by the margin.
bool beats(double error, const ReferenceScore& trivial, const AnalysisOptions& options);

// One optimiser on one task, but for the time to the target; `summary` is of the same cell.
CellAnalysis analyse_cell(const CellSummary& summary, const Cell& cell, const CellTrials& trials, const TaskFacts& task,
                          const Selection& select, const AnalysisOptions& options);

// The time to the target of an optimiser that learns: at its best rate, on fresh seeds where there are any.
std::optional<TimeToTarget> target_of(const CellAnalysis& analysis, const CellTrials& trials, double target_error,
                                      const Selection& select, const AnalysisOptions& options);

}  // namespace nero_bench
