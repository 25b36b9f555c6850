#pragma once
#include <chrono>
#include <map>
#include <span>
#include <string>

#include "harness/experiment/experiment_config.h"
#include "trial/events.h"
#include "trial/trial_record.h"

namespace nero_bench {

// Tells on stderr how an execution goes on: one line that is redrawn on a terminal, a line a finished trial elsewhere.
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
  std::string remaining_time() const;

  std::string experiment_;
  std::string metric_;
  bool redrawn_;
  std::size_t total_ = 0;
  std::size_t done_ = 0;
  std::map<std::string, double> running_;  // trial id → fraction done
  std::string latest_;                     // about the trial that reported last
  std::map<std::string, std::string> names_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace nero_bench
