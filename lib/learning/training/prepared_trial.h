#pragma once
#include <string>
#include <vector>

#include "learning/optimisers/optimiser.h"
#include "learning/schedules/schedule.h"
#include "learning/tasks/task.h"
#include "trial/trial_spec.h"

namespace nero_bench {

// A spec whose components have been parsed into builders: nothing is built yet, but every option is known to be valid.
struct PreparedTrial {
  TrialSpec spec;
  TaskPlan task;
  std::vector<BuildOptimiser> optimisers;  // one a role of the task
  Schedule schedule;
  std::vector<Split> evaluate;
  Json resolved;  // {"task", "optimiser" (by role), "schedule"} with all defaults filled in
};

// Where the components of a spec stand in the user's file, for messages.
struct SpecOrigin {
  std::string source = "trial";
  std::string task = "task";
  std::string optimiser = "optimiser";
  std::string schedule = "schedule";
};

// Throws ConfigError naming source and path.
PreparedTrial prepare_trial(const TrialSpec& spec, const SpecOrigin& origin = {});

}  // namespace nero_bench
