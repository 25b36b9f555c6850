#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"

namespace nero_bench {

// What the schedule makes of the learning rates of a cell, or of those candidates that have the same task and schedule.
struct CellSchedule {
  std::string task;  // the cell's
  std::string optimiser;
  Json schedule;
  std::vector<double> learning_rates;
  std::optional<double> repeat_learning_rate = std::nullopt;  // the published one
  std::int64_t steps_per_epoch = 0;
  std::vector<double> factors;  // of every step, from the first; the rate is the learning rate times this
};

// For people: a block for all cells that have the same sequence, a line a stretch over which the rate stays, rises or
// falls. Epochs and steps count from 1.
std::string schedule_table(const std::vector<CellSchedule>& schedules);

// An object a cell, with the factor of every step.
Json schedule_json(const std::vector<CellSchedule>& schedules);

}  // namespace nero_bench
