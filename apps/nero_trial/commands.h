#pragma once
#include <optional>
#include <string>

namespace nero_bench {

struct TrialProgramOptions {
  std::optional<std::string> device;  // absent: auto
  int threads = 1;
  std::string data_dir;
  std::string cache_dir;
  std::string data_set;
  std::string checkpoints;
  std::string checkpoint_every = "1m";
  bool cuda_graphs = false;
};

// Each returns the program's exit status. Trials come on standard input as a JSON list of {"spec": TrialSpec, "origin":
// {"source", "task", "optimiser"}}, the origin saying where the components stand in the user's file.
int train_trials(const TrialProgramOptions& options);  // events to standard output, a line each
// Parses every component and, where a device is given, looks whether it can be had and do what they ask; builds
// nothing.
int check_trials(const TrialProgramOptions& options);
int print_rate_sequences(const TrialProgramOptions& options);  // a list of {"steps_per_epoch", "factors"}, one a trial
int describe_components();
int describe_machine(const TrialProgramOptions& options);
int verify_data(const TrialProgramOptions& options);

}  // namespace nero_bench
