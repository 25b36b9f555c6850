#pragma once
#include <map>
#include <span>
#include <string>

#include "harness/execution/sweep_progress.h"
#include "harness/experiment/experiment_config.h"
#include "trial/events.h"
#include "trial/trial_record.h"

namespace nero_bench {

// Tells on stderr how an execution goes on: one line that is redrawn on a terminal, a line a finished trial elsewhere
// and in the log file. Failures are told when they happen.
class ProgressLine {
 public:
  explicit ProgressLine(const ExperimentConfig& config);
  ~ProgressLine();

  void start_round(std::span<const TrialSpec> trials);
  void left_to_others();  // one trial of the round
  void update(const ProgressEvent& event);
  void finished(const TrialRecord& record);

 private:
  void draw();

  std::string experiment_;
  std::string metric_;
  bool redrawn_;
  SweepProgress progress_;
  std::string latest_;  // about the trial that reported last
  std::map<std::string, std::string> names_;
};

}  // namespace nero_bench
