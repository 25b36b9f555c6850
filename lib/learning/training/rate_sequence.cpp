#include "learning/training/rate_sequence.h"

namespace nero_bench {

Progress start_of(const Budget& budget, std::int64_t steps_per_epoch) {
  return {0, budget.steps > 0 ? budget.steps : budget.epochs * steps_per_epoch, steps_per_epoch};
}

RateSequence rate_sequence(const PreparedTrial& trial, const DataLocations& data) {
  RateSequence sequence{trial.task.steps_per_epoch(data), {}};
  auto at = start_of(trial.spec.budget, sequence.steps_per_epoch);
  sequence.factors.reserve(static_cast<std::size_t>(at.total_steps));
  for (; at.step < at.total_steps; ++at.step) sequence.factors.push_back(trial.schedule(at));
  return sequence;
}

}  // namespace nero_bench
