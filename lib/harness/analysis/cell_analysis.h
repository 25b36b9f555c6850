#pragma once
#include <optional>
#include <vector>

#include "harness/analysis/analysis.h"
#include "harness/analysis/cell_trials.h"

namespace nero_bench {

// What the optimisers of a task have in common.
struct TaskFacts {
  std::optional<Reference> trivial;
  std::vector<double> shared_rates;    // tried by all of them, ascending
  std::optional<double> target_error;  // none if no optimiser learns
};

// Whether the error is below the trivial one by the margin.
bool beats(double error, const Reference& trivial, const AnalysisOptions& options);

// One optimiser on one task; `summary` is of the same cell.
CellAnalysis analyse_cell(const CellSummary& summary, const Cell& cell, const CellTrials& trials, const TaskFacts& task,
                          const Selection& select, const AnalysisOptions& options);

}  // namespace nero_bench
