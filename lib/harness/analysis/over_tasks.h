#pragma once
#include <span>
#include <vector>

#include "harness/analysis/analysis.h"

namespace nero_bench {

// The optimiser variants over the tasks of an experiment, in the order of the cells. Empty where there is nothing to
// say: fewer than two tasks, or search designs, whose points are no rates.
std::vector<OptimiserOverTasks> over_tasks(std::span<const CellAnalysis> cells, const AnalysisOptions& options);

// Steps of the profile of one optimiser: its ratios to the best on every task, ascending; infinite ones make no step.
std::vector<ProfileStep> performance_profile(std::vector<double> ratios);

// The exact area below the profile from ratio 1 to `furthest` > 1, over that length.
double profile_area(std::span<const double> ratios, double furthest);

// Mean over tasks of the best share − the best over rates of the mean share; `shares` is [tasks][rates], the same rates
// at every task. At least one of each.
struct TuningGain {
  double per_task = 0;
  double gain = 0;
  std::size_t common_rate = 0;  // index; of equal ones the first
};
TuningGain tuning_gain(const std::vector<std::vector<double>>& shares, std::span<const std::size_t> tasks);

// The gain on all tasks, with an interval by a bootstrap over tasks where they are enough.
Estimate estimated_gain(const std::vector<std::vector<double>>& shares, double confidence);

// The mean of what the default rate loses on every task, as a share; likewise.
Estimate estimated_regret(std::span<const double> regrets, double confidence);

}  // namespace nero_bench
