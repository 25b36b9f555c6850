#pragma once
#include <span>
#include <vector>

namespace nero_bench {

// How long something was watched, and whether it happened then; if not, it is censored: all that is known is that it
// takes longer.
struct Duration {
  double time = 0;
  bool happened = false;
};

// The chance that it has not happened until `time` inclusive; constant up to the next step.
struct SurvivalStep {
  double time = 0;
  double survival = 1;
};

// The estimator of Kaplan & Meier (1958): a step a time at which it happened, ascending. What is censored at a time
// counts as watched at that time.
std::vector<SurvivalStep> kaplan_meier(std::span<const Duration> durations);

// The first time at which at least half has happened; infinite if that was not seen.
double median_survival(std::span<const SurvivalStep> steps);

// Mean of min(time, horizon): the area below the survival curve up to the horizon. Beyond the last duration the curve
// is taken as constant, which is an upper bound where that one is censored.
double restricted_mean(std::span<const SurvivalStep> steps, double horizon);

}  // namespace nero_bench
