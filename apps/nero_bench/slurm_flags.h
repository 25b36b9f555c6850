#pragma once
#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

#include "harness/experiment/slurm_options.h"

namespace nero_bench {

// What the command line asks of a Slurm cluster; it goes before what the config says under "slurm".
struct SlurmFlags {
  std::optional<std::string> partition;
  std::optional<std::string> gres;
  std::optional<std::string> time;
  std::optional<std::string> signal;
  std::optional<bool> requeue;
  std::optional<std::int64_t> tasks;
  std::vector<std::string> sbatch;    // after those of the config
  std::vector<CLI::Option*> options;  // as they stand in the command

  void add_to(CLI::App& command);  // which must not outlive this
  void refuse() const;             // throws ConfigError naming one, if any was given
  SlurmOptions over(SlurmOptions config) const;
};

}  // namespace nero_bench
