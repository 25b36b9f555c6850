#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "learning/memory/device.h"
#include "learning/metrics/late_reading.h"
#include "learning/training/measured_optimiser.h"
#include "learning/training/prepared_trial.h"
#include "learning/training/stopwatch.h"
#include "trial/trial_record.h"

namespace nero_bench {

// A trial with its tensors built, and the record that grows while it is trained.
class RunningTrial {
 public:
  RunningTrial(const PreparedTrial& trial, const TaskSetting& setting, Device& device);

  Progress start() const;  // before the first step
  void set_learning_rate(double rate);
  Measurements train_step(std::int64_t step);  // also times it

  // Whether the steps done so far end a stretch (a whole epoch, or the last step) that has no point of the curve yet.
  bool owes_curve_point(const Progress& done) const;

  // That point: running metrics, evaluation of the splits. False if a metric is not finite. What StopRequested
  // interrupts is still owed.
  bool add_curve_point(const Progress& done);

  bool running_metrics_finite() const { return running_.all_finite(); }  // waits for the device
  bool earlier_metrics_finite();  // what they were at the call before, so that the device need not wait for the host
  TrialRecord finish(TrialStatus status, const std::string& reason = "");

  // All that a checkpoint needs: the tensors that training changes, sharing their storage, and everything else.
  NamedTensors tensors();
  Json progress();
  void set_progress(const Json& json);

 private:
  void end_training_stretch();
  void fill_memory_ledger();
  void fill_counts();
  std::string hash_of_parameters();
  std::vector<NamedScalar> scalars();

  const PreparedTrial& trial_;
  Device& device_;
  TrialRecord record_;
  std::unique_ptr<Task> task_;
  Optimisers optimisers_;
  std::vector<MeasuredOptimiser*> measured_;  // the same optimisers, as decorators
  std::int64_t allocated_by_construction_ = 0;
  std::int64_t earlier_peak_ = 0;  // of the processes that trained this trial before
  std::int64_t earlier_reserved_ = 0;
  double learning_rate_ = 0;
  MeasurementSums running_;
  LateReading running_total_;
  std::vector<double> step_seconds_;
  Stopwatch training_;  // restarted after each evaluation
};

}  // namespace nero_bench
