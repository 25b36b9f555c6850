#pragma once
#include <string>
#include <vector>

#include "learning/optimisers/optimiser.h"
#include "learning/schedules/schedule.h"
#include "learning/tasks/task.h"
#include "trial/trial_spec.h"

namespace nero_bench {

// Where the components of a spec stand in the user's file, for messages.
struct SpecOrigin {
  std::string source = "trial";
  std::string task = "task";
  std::string optimiser = "optimiser";
  std::string schedule = "schedule";
};

// A spec whose components have been parsed into builders: nothing is built yet, but every option is known to be valid.
struct PreparedTrial {
  TrialSpec spec;
  TaskPlan task;
  std::vector<BuildOptimiser> optimisers;  // one a role of the task
  Schedule schedule;
  std::vector<Split> evaluate;
  SpecOrigin origin;
  Json resolved;  // {"task", "optimiser" (by role), "schedule"} with all defaults filled in
};

// Throws ConfigError naming source and path.
PreparedTrial prepare_trial(const TrialSpec& spec, const SpecOrigin& origin = {});

// Throws ConfigError where the trial asks for a precision that the device does not have.
void check_device(const PreparedTrial& trial, at::Device device);

}  // namespace nero_bench
