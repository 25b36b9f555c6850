#pragma once
#include <CLI/CLI.hpp>

#include <cstdint>
#include <string>

#include "harness/execution/core_claims.h"
#include "harness/execution/executor.h"
#include "options.h"

namespace nero_bench {

// A check for options in seconds that also take 90s, 5m, 1h30m; the option itself is a double.
CLI::Validator duration();

// A check for "500" (steps) or "1m".
CLI::Validator cadence();

// How `run` trains trials on this machine, and when it gives up.
struct ExecutionOptions {
  MachineOptions machine;
  int jobs = 0;  // 0: as many as there is room for
  int threads = 1;
  bool no_pin = false;
  double trial_timeout = 0;        // seconds, 0: none
  std::uint64_t memory_limit = 0;  // bytes, 0: none
  bool fail_fast = false;
  std::int64_t max_failures = 0;  // 0: never gives up
  std::string checkpoint_every = "1m";
  std::string log_file;

  void add_to(CLI::App& command);
  std::vector<std::string> devices() const { return parse_devices(machine.device); }
  bool gives_up_after(std::int64_t failures) const;
};

// The executor of the options, with the cores that it pins trials to.
struct LocalRun {
  LocalRun(const ExecutionOptions& options, const std::string& trial_program, const std::string& checkpoints);

  CoreClaims claims;
  std::unique_ptr<Executor> executor;
};

}  // namespace nero_bench
