#pragma once
#include <string>
#include <vector>

#include "harness/analysis/comparison.h"
#include "harness/experiment/cells.h"
#include "harness/experiment/record_index.h"

namespace nero_bench {

// A cell of a run at the rate at which it is compared. Refers to the run.
struct ComparedCell {
  const Run* run = nullptr;
  Cell cell;
  double rate = 0;                          // NaN if the search has not found one
  bool chosen_on_these = false;             // of the seeds some or all are those that the rate was chosen by
  std::vector<const TrialRecord*> records;  // with a result, one a seed
};

std::vector<ComparedCell> compared_cells(const Run& run);

// What the user calls the two that are compared: folders, config files or lines of the table.
struct Sides {
  std::string left;
  std::string right;
};

// In what the two are not alike, in words that name them. `same_task`: they are meant to have the same task.
std::vector<Mismatch> mismatches(const ComparedCell& left, const ComparedCell& right, const Sides& sides,
                                 bool same_task);

}  // namespace nero_bench
