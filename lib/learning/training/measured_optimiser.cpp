#include "learning/training/measured_optimiser.h"

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
  if (device_.torch_device().is_cpu() || steps_ < kAsynchronousSteps) {
    measured_step();
  } else {
    wrapped_->step();
  }
  ++steps_;
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
