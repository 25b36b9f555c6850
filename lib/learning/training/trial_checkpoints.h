#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "learning/checkpoints/checkpoint_folder.h"
#include "learning/memory/device.h"
#include "learning/training/running_trial.h"
#include "learning/training/stopwatch.h"

namespace nero_bench {

// Where a trial's checkpoints lie and how often they are written.
struct CheckpointOptions {
  std::string folder;            // of all trials, <folder>/<trial id>/ holds one's; empty: none are written or read
  std::int64_t every_steps = 0;  // 0: not by steps
  double every_seconds = 60;     // of training; 0: not by time
};

// The checkpoints of one trial. Nothing of the random streams is in them: a stream is a function of seed, name and
// epoch (base/random_streams.h), and a batch one of seed and step.
class TrialCheckpoints {
 public:
  TrialCheckpoints(const CheckpointOptions& options, const TrialSpec& spec, const Device& device);

  // Puts the trial where the newest usable checkpoint left it and returns the number of steps done, 0 without one.
  // `warn` hears of newer ones that could not be used. Throws StoreError where the folder cannot be read.
  std::int64_t restore(RunningTrial& running, const std::function<void(const std::string&)>& warn);

  // Whether the trial, `steps` steps old, should be saved.
  bool due(std::int64_t steps) const;

  // Throws StoreError, naming the file and the bytes needed, where it cannot be written; the ones before are then
  // intact.
  void save(RunningTrial& running, std::int64_t steps);

 private:
  CheckpointOptions options_;
  std::optional<CheckpointFolder> folder_;
  std::int64_t saved_steps_ = 0;
  Stopwatch since_last_;
};

}  // namespace nero_bench
