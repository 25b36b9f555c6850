#pragma once
#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "trial/events.h"

namespace nero_bench {

// How far the trials of an execution are, from what they tell. Times are seconds of any steady clock.
class SweepProgress {
 public:
  explicit SweepProgress(double now) : start_(now) {}

  // So many are to run now; what an earlier round left to others is among them if it still has to run.
  void start_round(std::size_t trials) { total_ = done_ + trials; }
  void left_to_others() { --total_; }
  void update(const ProgressEvent& event, double now);
  void finished(const std::string& trial);

  std::size_t total() const { return total_; }
  std::size_t done() const { return done_; }

  // Of a running trial, an average over its latest reports; nothing before the second one.
  std::optional<double> steps_per_second(const std::string& trial) const;

  // Until all are done, if the rest goes like what was done; nothing while that is less than half a trial.
  std::optional<double> remaining_seconds(double now) const;

 private:
  struct Running {
    double fraction = 0;
    std::int64_t step = 0;
    double told_at = 0;
    std::optional<double> steps_per_second;
  };

  double start_;
  std::size_t total_ = 0;
  std::size_t done_ = 0;
  std::map<std::string, Running> running_;
};

}  // namespace nero_bench
