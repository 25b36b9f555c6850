#pragma once
#include <memory>
#include <string>
#include <vector>

#include "learning/memory/device.h"
#include "learning/training/measured_optimiser.h"
#include "learning/training/prepared_trial.h"
#include "learning/training/stopwatch.h"
#include "trial/trial_record.h"

namespace nero_bench {

// A trial with its tensors built, and the record that grows while it is trained.
class RunningTrial {
 public:
  RunningTrial(const PreparedTrial& trial, const DataLocations& data, Device& device);

  Progress start() const;  // before the first step
  void set_learning_rate(double rate);
  Measurements train_step(std::int64_t step);  // also times it

  // Ends a stretch of training at `at` (a whole epoch, or the last step): running metrics, evaluation of the splits, a
  // point of the curve. False if a metric is not finite.
  bool add_curve_point(const Progress& at);

  bool running_metrics_finite() const { return running_.all_finite(); }
  TrialRecord finish(TrialStatus status, const std::string& reason = "");

 private:
  void end_training_stretch();
  void fill_memory_ledger();
  void fill_counts();

  const PreparedTrial& trial_;
  Device& device_;
  TrialRecord record_;
  std::unique_ptr<Task> task_;
  Optimisers optimisers_;
  std::vector<MeasuredOptimiser*> measured_;  // the same optimisers, as decorators
  std::int64_t allocated_by_construction_ = 0;
  double learning_rate_ = 0;
  MeasurementSums running_;
  std::vector<double> step_seconds_;
  Stopwatch training_;  // restarted after each evaluation
};

}  // namespace nero_bench
