#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/execution/executor.h"
#include "harness/experiment/slurm_options.h"

namespace nero_bench {

// How trials are run on a Slurm cluster: the tasks of a job array each run `task_command`, which takes from the results
// folder what no other task is at and leaves when nothing is left to begin. So there may be fewer tasks than trials,
// and what becomes of a task is no matter: its trials are anybody's again.
struct SlurmExecution {
  SlurmOptions options;
  std::string experiment;      // its name
  std::string results_folder;  // the same on every machine, and absolute
  std::vector<std::string> task_command;
  int jobs = 1;  // trials side by side in a task
  int threads = 1;
  bool wait = true;  // until every trial has a record; else only until the array is submitted

  std::function<std::optional<TrialRecord>(const std::string& trial)> find_record;
  std::function<bool(const std::string& trial)> can_be_taken;  // nobody holds it, or somebody who is dead
  // Another text whenever another checkpoint of the trial has been saved.
  std::function<std::string(const std::string& trial)> saved_state;

  std::chrono::duration<double> between_records = std::chrono::seconds(1);    // looks for new ones
  std::chrono::duration<double> between_looks = std::chrono::seconds(10);     // at the queue
  std::chrono::duration<double> patience = std::chrono::minutes(10);          // with a scheduler that does not answer
  std::chrono::duration<double> longest_clearing = std::chrono::seconds(40);  // of tasks: Slurm's KillWait and some
};

// Waits for records, and asks the scheduler only whether tasks are left. Where none is, and trials are missing, it
// submits again; a UserError if tasks were cancelled, or three arrays in a row brought no record and no checkpoint.
// What the scheduler refuses is a ConfigError, and so is a machine without a cluster; while the scheduler does not
// answer at all, records are waited for. Stopped by
// SIGINT or by the observer, it cancels what it submitted; by any other signal, it leaves that at work.
std::unique_ptr<Executor> make_slurm_array(const SlurmExecution& execution);

}  // namespace nero_bench
