#pragma once
#include <cstdint>
#include <functional>

#include "base/registry.h"

namespace nero_bench {

// A place in a training run, before the step numbered `step` (from 0).
struct Progress {
  std::int64_t step = 0;
  std::int64_t total_steps = 1;
  std::int64_t steps_per_epoch = 1;

  std::int64_t epoch() const { return step / steps_per_epoch; }  // from 0
  std::int64_t total_epochs() const { return (total_steps + steps_per_epoch - 1) / steps_per_epoch; }
};

// The learning rate of a step is the trial's base rate times schedule(progress); a pure function.
using Schedule = std::function<double(const Progress&)>;

const Registry<Schedule>& schedules();

// Reads a schedule and all its options.
Schedule parse_schedule(JsonReader& json);

}  // namespace nero_bench
