#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/experiment/slurm_options.h"

namespace nero_bench {

// What is said to Slurm's programs, and what they answer: texts only, nothing is run here.

// One word of a shell command, whatever it contains: 'it'\''s'.
std::string shell_quoted(std::string_view word);

// The batch script of a task: it becomes `command`, which thereby gets the task's signals itself, and writes to
// <folder>/<job>_<task>.log. By the script and not by --output, because Slurm replaces % and drops \ in that.
std::string task_script(std::span<const std::string> command, const std::string& folder);

// How an array of `tasks` tasks with `cpus` cores each is submitted; the script goes to standard input.
std::vector<std::string> sbatch_arguments(const SlurmOptions& options, const std::string& job_name, std::int64_t tasks,
                                          int cpus);

// The job's id in what `sbatch --parsable` prints, "12" or "12;cluster". Throws ConfigError.
std::string parse_job_id(const std::string& printed);

// MaxArraySize in what `scontrol show config` prints, which is the most tasks an array may have if they are counted
// from 0. Throws ConfigError if it is not there, or 0: the cluster has no arrays.
std::int64_t parse_max_array_size(const std::string& printed);

// So many tasks are worth having for `trials`, each running `jobs` side by side, if `present` are there already.
std::int64_t tasks_to_submit(std::size_t trials, int jobs, std::int64_t most, std::int64_t max_array_size,
                             std::size_t present);

// One task of an array, as the scheduler knows it.
struct SlurmTask {
  std::string job;    // "12"
  std::string index;  // "3"
  std::string state;  // "RUNNING", "PENDING", "CANCELLED", …
  std::string place;  // its node, or in brackets why it has none

  // Whether it works on trials, or may yet by itself. One that is COMPLETING is only being cleared away, on a dead node
  // for ever; one that is held, as after a failed launch, waits for somebody.
  bool is_alive() const;
};

// What squeue is asked, and the tasks in what it prints. Lines that are none are left out.
std::vector<std::string> squeue_arguments(const std::string& job_name);
std::vector<SlurmTask> parse_tasks(const std::string& printed);

// Whether a complaint of Slurm's programs is that this machine belongs to no cluster, so that waiting is in vain.
bool says_unconfigured(std::string_view complaint);

}  // namespace nero_bench
