#pragma once
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "harness/execution/slurm_scheduler.h"

namespace nero_bench {

// The job arrays that were submitted for a results folder, by whichever run: a file <job>.json each in the folder
// slurm/ of it, beside the tasks' logs.
class SlurmJobs {
 public:
  explicit SlurmJobs(const std::filesystem::path& results_folder) : folder_(results_folder / "slurm") {}

  const std::filesystem::path& folder() const { return folder_; }
  std::string prepare_folder() const;  // creates and returns it; throws StoreError
  void add(const std::string& job, const std::string& job_name, std::int64_t tasks) const;  // throws StoreError

  // Their tasks, as far as the scheduler still knows them; it is not asked where no job was submitted. Throws
  // ConfigError where it cannot be asked.
  std::vector<SlurmTask> tasks(const SlurmScheduler& scheduler) const;

 private:
  std::filesystem::path folder_;
};

// The name that arrays of an experiment have in the queue.
std::string slurm_job_name(const std::string& experiment);

// "2 RUNNING (n1, n3), 1 PENDING (Resources)", in the order of the states' names.
std::string describe_tasks(const std::vector<SlurmTask>& tasks);

}  // namespace nero_bench
