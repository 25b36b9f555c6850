#include "learning/schedules/schedule.h"

#include <algorithm>
#include <cmath>

#include "learning/schedules/cosine.h"
#include "learning/schedules/warmup_milestones.h"

namespace nero_bench {
namespace {

Schedule parse_constant(JsonReader&) {
  return [](const Progress&) { return 1.0; };
}

// factor^epoch, epochs from 0.
Schedule parse_exponential(JsonReader& json) {
  const auto factor =
      json.required<double>("factor", "what the rate is multiplied by after every epoch", Range::positive());
  return [factor](const Progress& at) { return std::pow(factor, static_cast<double>(at.epoch())); };
}

// Up to the full rate in the middle of the run and down to zero in its last epoch; one rate an epoch.
double triangle(const Progress& at) {
  const auto epochs = static_cast<double>(at.total_epochs());
  const auto epoch = static_cast<double>(at.epoch());
  return 2 * std::min((epoch + 1) / epochs, (epochs - 1 - epoch) / epochs);
}

// Down to zero, which would be reached one step after the last.
double linear(const Progress& at) { return 1 - static_cast<double>(at.step) / static_cast<double>(at.total_steps); }

Schedule parse_triangle(JsonReader&) { return triangle; }

Schedule parse_linear(JsonReader&) { return linear; }

Schedule parse_warmup_milestones_schedule(JsonReader& json) {
  return [options = parse_warmup_milestones(json)](const Progress& at) { return warmup_milestones(options, at); };
}

Schedule parse_cosine_schedule(JsonReader& json) {
  return [options = parse_cosine(json)](const Progress& at) { return cosine(options, at); };
}

std::vector<Registry<Schedule>::Entry> entries() {
  return {
      {"constant", "the base rate throughout", parse_constant},
      {"exponential", "times a factor after every epoch", parse_exponential},
      {"warmup_milestones", "linear warm-up, then lower at given places", parse_warmup_milestones_schedule},
      {"cosine", "half a cosine to nearly zero", parse_cosine_schedule},
      {"triangle", "up to the middle of the run and down to zero, by epochs", parse_triangle},
      {"linear", "down to zero, by steps", parse_linear},
  };
}

}  // namespace

const Registry<Schedule>& schedules() {
  static const Registry<Schedule> list("schedule", entries());
  return list;
}

Schedule parse_schedule(JsonReader& json) {
  auto schedule = schedules().parse(json);
  json.finish();
  return schedule;
}

}  // namespace nero_bench
