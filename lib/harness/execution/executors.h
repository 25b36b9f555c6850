#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/execution/executor.h"
#include "harness/execution/slurm_execution.h"

namespace nero_bench {

// All that an executor may want to know.
struct Execution {
  LocalExecution local;
  SlurmExecution slurm;
};

struct ExecutorEntry {
  std::string name;  // as of --executor
  std::string summary;
  bool trains_here = true;  // or on other machines, so that it needs none of our cores
  std::function<std::unique_ptr<Executor>(const Execution&)> make;
};

// Where trials can be run: a new place is a pair of files in this folder and a line in this list.
const std::vector<ExecutorEntry>& executors();
const ExecutorEntry& find_executor(const std::string& name);  // throws ConfigError

}  // namespace nero_bench
