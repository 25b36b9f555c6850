#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "harness/execution/slurm_commands.h"

namespace nero_bench {

// The cluster of this machine, by the programs sbatch, scontrol, squeue and scancel of PATH. A program that is missing
// or complains is a ConfigError with what it said.
class SlurmScheduler {
 public:
  std::int64_t max_array_size() const;

  // Submits an array; returns its id.
  std::string submit(const std::vector<std::string>& arguments, const std::string& script) const;

  // Those of all arrays of that name, of any user, that still are or were a short while ago.
  std::vector<SlurmTask> tasks(const std::string& job_name) const;

  // Whether its controller is there, and a complaint is thus about what it was asked.
  bool answers() const;

  void cancel(const std::string& job_or_task) const;  // "12", "12_3"
};

}  // namespace nero_bench
