#pragma once
#include <vector>

#include "base/json_reader.h"
#include "learning/schedules/schedule.h"

namespace nero_bench {

// How lengths and places in a run are given.
enum class ScheduleUnit {
  kFraction,  // of the budget: a shorter run keeps the shape
  kEpochs,    // a milestone is the number, from 1, of the first epoch at the lower rate
  kSteps,     // a milestone is the number of steps before it
};

struct WarmupMilestonesOptions {
  ScheduleUnit unit = ScheduleUnit::kFraction;
  double warmup = 0;               // length; the rate rises linearly and reaches its full value at the last step
  std::vector<double> milestones;  // at each, and from then on, the rate is multiplied by `decay`
  double decay = 0.1;
};

WarmupMilestonesOptions parse_warmup_milestones(JsonReader& json);

// Linear warm-up, then a constant rate that falls at given places. Both parts may be absent: with milestones alone it
// is the usual step decay. The CIFAR-10 figures use a warm-up of 5 epochs, milestones 100, 150, 180 and a decay of 0.2.
// Milestones do not act in the warm-up.
double warmup_milestones(const WarmupMilestonesOptions& options, const Progress& at);

}  // namespace nero_bench
