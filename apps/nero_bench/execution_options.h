#pragma once
#include <CLI/CLI.hpp>

#include <cstdint>
#include <string>

#include "harness/execution/core_claims.h"
#include "harness/execution/executors.h"
#include "options.h"
#include "slurm_flags.h"

namespace nero_bench {

// A check for options in seconds that also take 90s, 5m, 1h30m; the option itself is a double.
CLI::Validator duration();

// A check for "500" (steps) or "1m".
CLI::Validator cadence();

// Where and how `run` trains trials, and when it gives up.
struct ExecutionOptions {
  std::string executor = "local";
  MachineOptions machine;
  int jobs = 0;  // 0: as many as there is room for here, one elsewhere
  int threads = 1;
  bool no_pin = false;
  double trial_timeout = 0;        // seconds, 0: none
  std::uint64_t memory_limit = 0;  // bytes, 0: none
  bool fail_fast = false;
  std::int64_t max_failures = 0;  // 0: never gives up
  std::string checkpoint_every = "1m";
  bool cuda_graphs = false;
  std::string log_file;
  bool no_wait = false;  // for what others are at
  SlurmFlags slurm;

  void add_to(CLI::App& command);
  std::vector<std::string> devices() const { return parse_devices(machine.device); }
  bool gives_up_after(std::int64_t failures) const;
  int trials_side_by_side() const;

  // The options with which another machine's `run` trains like this one would.
  std::vector<std::string> arguments() const;
};

// The executor of the options, with the cores that it pins trials to.
struct ReadyExecutor {
  ReadyExecutor(const ExecutionOptions& options, const std::string& trial_program, const std::string& checkpoints,
                const SlurmExecution& slurm);

  CoreClaims claims;
  std::unique_ptr<Executor> executor;
};

}  // namespace nero_bench
