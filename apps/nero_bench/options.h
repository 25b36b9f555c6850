#pragma once
#include <CLI/CLI.hpp>

#include <string>
#include <vector>

#include "harness/experiment/experiment_config.h"
#include "harness/report/export.h"

namespace nero_bench {

// The options that several commands share, each defined once.

// An experiment: a config file with overrides, or the folder of its results.
struct ExperimentOptions {
  std::string experiment;
  std::vector<std::string> overrides;
  std::string results = "runs";

  void add_to(CLI::App& command);
  ExperimentConfig load() const;
  std::string results_folder(const ExperimentConfig& config) const;
};

// Where trials run.
struct MachineOptions {
  std::string device = "auto";
  std::string data_dir;
  std::string cache_dir;

  void add_to(CLI::App& command);
};

// Whether that stream is a terminal that obeys escape codes, and is meant to (NO_COLOR, TERM=dumb).
bool can_be_redrawn(int descriptor);

void add_format_option(CLI::App& command, std::string& format, const std::vector<std::string>& names);

}  // namespace nero_bench
