#include "learning/training/measured_optimiser.h"

#include <ATen/ops/zeros_like.h>

#include <algorithm>

#include "learning/training/stopwatch.h"

namespace nero_bench {
namespace {

// An optimiser allocates the same at every step, but for what it keeps at the first.
constexpr std::int64_t kMemorySteps = 3;
constexpr std::int64_t kAsynchronousSteps = 50;

}  // namespace

MeasuredOptimiser::MeasuredOptimiser(std::unique_ptr<Optimiser> wrapped, Device& device)
    : Optimiser(wrapped->parameters()), wrapped_(std::move(wrapped)), device_(device) {}

void MeasuredOptimiser::step() {
  if (!device_.works_ahead() || steps_ < kAsynchronousSteps) {
    measured_step();
  } else {
    wrapped_->step();
  }
  ++steps_;
}

bool MeasuredOptimiser::can_capture() const { return steps_ >= kAsynchronousSteps && wrapped_->can_capture(); }

void MeasuredOptimiser::prepare_replay() {
  wrapped_->prepare_replay();
  ++steps_;
}

Json MeasuredOptimiser::measured() const {
  return {{"steps", steps_},
          {"step_seconds", step_seconds_},
          {"retained_by_first_step", retained_by_first_step_},
          {"transient_peak", transient_peak_},
          {"peak_before_step", peak_before_step_},
          {"gradient_bytes", gradient_bytes_}};
}

void MeasuredOptimiser::set_measured(const Json& json) {
  json.at("steps").get_to(steps_);
  json.at("step_seconds").get_to(step_seconds_);
  json.at("retained_by_first_step").get_to(retained_by_first_step_);
  json.at("transient_peak").get_to(transient_peak_);
  json.at("peak_before_step").get_to(peak_before_step_);
  json.at("gradient_bytes").get_to(gradient_bytes_);
  if (gradient_bytes_ == 0) return;
  // The gradients of the step before take memory until the next backward pass: the peaks must not depend on a stop.
  for (const auto& [name, parameter] : parameters_) parameter.mutable_grad() = at::zeros_like(parameter.detach());
}

void MeasuredOptimiser::measured_step() {
  const bool measure_memory = steps_ < kMemorySteps;
  device_.synchronize();
  const auto before = measure_memory ? device_.statistics() : AllocatorStatistics{};
  if (measure_memory) device_.reset_peak();
  const Stopwatch watch;
  wrapped_->step();
  device_.synchronize();
  step_seconds_.push_back(watch.seconds());
  if (!measure_memory) return;
  const auto after = device_.statistics();
  transient_peak_ = std::max(transient_peak_, after.peak - before.allocated);
  peak_before_step_ = std::max(peak_before_step_, before.peak - before.allocated);
  device_.reset_peak();  // the next forward and backward pass begins here
  if (steps_ == 0) {
    retained_by_first_step_ = after.allocated - before.allocated;
    for (const auto& [name, parameter] : parameters_)
      gradient_bytes_ += parameter.grad().defined() ? static_cast<std::int64_t>(parameter.grad().nbytes()) : 0;
  }
}

}  // namespace nero_bench
