#pragma once
#include <span>
#include <string>
#include <vector>

#include "harness/results/results_store.h"

namespace nero_bench {

// Two different results of one trial.
struct Conflict {
  std::string id;
  std::string first;  // the files
  std::string second;
};

struct Addition {
  TrialRecord record;
  std::string file;
};

struct MergePlan {
  std::vector<Addition> to_add;  // in the order of ids
  std::vector<Conflict> conflicts;
  std::size_t already_there = 0;
};

// What the records of `sources` add to those of `target`. Of equal ones (reproducible_part) the first is taken; a
// result (completed or diverged) takes the place of a failure, of two failures the first stays. Changes nothing. Loads
// the records of all, whose problems() are then up to date.
MergePlan plan_merge(ResultsStore& target, std::span<ResultsStore> sources);

struct Merged {
  std::size_t added = 0;
  std::vector<Conflict> conflicts;  // with results that others stored since the plan was made; those are kept
};

// Throws StoreError.
Merged carry_out(const MergePlan& plan, ResultsStore& target);

}  // namespace nero_bench
