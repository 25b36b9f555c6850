#pragma once
#include <vector>

#include "base/json.h"
#include "learning/memory/device.h"
#include "learning/optimisers/optimiser.h"

namespace nero_bench {

// Decorator: what an optimiser's steps cost in time and memory. On an asynchronous device only the first steps are
// measured, because measuring waits for it.
class MeasuredOptimiser final : public Optimiser {
 public:
  MeasuredOptimiser(std::unique_ptr<Optimiser> wrapped, Device& device);

  void step() override;
  bool can_capture() const override;  // not before all that is measured has been
  void capture_step() override { wrapped_->capture_step(); }
  void prepare_replay() override;
  OptimiserState state() override { return wrapped_->state(); }
  std::int64_t expected_state_bytes() const override { return wrapped_->expected_state_bytes(); }
  std::map<std::string, std::int64_t> notes() const override { return wrapped_->notes(); }
  void set_learning_rate(double rate) override { wrapped_->set_learning_rate(rate); }

  const std::vector<double>& step_seconds() const { return step_seconds_; }
  std::int64_t retained_by_first_step() const { return retained_by_first_step_; }  // bytes still allocated after it
  std::int64_t transient_peak() const { return transient_peak_; }  // most beyond what a step started with
  std::int64_t peak_before_step() const {
    return peak_before_step_;
  }  // most that forward and backward had beyond what they left
  std::int64_t gradient_bytes() const { return gradient_bytes_; }  // present at the first step

  // What was measured so far, for a checkpoint; and a trial that goes on from there measures on.
  Json measured() const;
  void set_measured(const Json& json);

 private:
  void measured_step();

  std::unique_ptr<Optimiser> wrapped_;
  Device& device_;
  std::int64_t steps_ = 0;
  std::vector<double> step_seconds_;
  std::int64_t retained_by_first_step_ = 0;
  std::int64_t transient_peak_ = 0;
  std::int64_t peak_before_step_ = 0;
  std::int64_t gradient_bytes_ = 0;
};

}  // namespace nero_bench
