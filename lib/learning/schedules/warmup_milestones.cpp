#include "learning/schedules/warmup_milestones.h"

#include <cmath>

namespace nero_bench {
namespace {

constexpr double kNoDivisionByZero = 1e-8;  // part of the published schedule

double steps_per_unit(ScheduleUnit unit, const Progress& at) {
  switch (unit) {
    case ScheduleUnit::kFraction: return static_cast<double>(at.total_steps);
    case ScheduleUnit::kEpochs: return static_cast<double>(at.steps_per_epoch);
    case ScheduleUnit::kSteps: return 1;
  }
  return 1;
}

}  // namespace

WarmupMilestonesOptions parse_warmup_milestones(JsonReader& json) {
  WarmupMilestonesOptions options;
  options.unit = json.choice<ScheduleUnit>(
      "unit", options.unit, "what warmup and milestones are given in: fractions of the budget, epochs or steps",
      {{"fraction", ScheduleUnit::kFraction}, {"epochs", ScheduleUnit::kEpochs}, {"steps", ScheduleUnit::kSteps}});
  const bool fraction = options.unit == ScheduleUnit::kFraction;
  const bool epochs = options.unit == ScheduleUnit::kEpochs;
  options.warmup =
      json.optional("warmup", options.warmup, "length of the linear rise to the full rate, in that unit; 0: none",
                    fraction ? Range::between(0, 1) : Range::at_least(0));
  options.milestones =
      json.optional("milestones", options.milestones,
                    "where the rate falls: after this fraction or step, or from this epoch on, counted from 1",
                    fraction ? Range::between(0, 1) : Range::at_least(epochs ? 1 : 0));
  options.decay =
      json.optional("decay", options.decay, "what the rate is multiplied by at every milestone", Range::positive());
  return options;
}

double warmup_milestones(const WarmupMilestonesOptions& options, const Progress& at) {
  // Rounded to whole steps, so that a decimal fraction meets the step it stands for.
  const double unit = steps_per_unit(options.unit, at);
  const double warmup_steps = std::round(options.warmup * unit);
  const auto step = static_cast<double>(at.step);
  if (step < warmup_steps) return (step + 1) / (warmup_steps + kNoDivisionByZero);

  const double first = options.unit == ScheduleUnit::kEpochs ? 1 : 0;
  double factor = 1;
  for (const double milestone : options.milestones) {
    if (step >= std::round((milestone - first) * unit)) factor *= options.decay;
  }
  return factor;
}

}  // namespace nero_bench
