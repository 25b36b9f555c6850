#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/json_reader.h"

namespace nero_bench {

// Length of a training run: exactly one of the two is set.
struct Budget {
  std::int64_t epochs = 0;
  std::int64_t steps = 0;
};

// Where in an experiment a trial stands: for people and tables. Not part of the trial's identity.
struct TrialLabels {
  std::string experiment;
  std::string task;       // "depth 5", or the task's own label
  std::string optimiser;  // "nero", or the optimiser's own label
};

// One optimiser, one learning rate, one seed, everything resolved. Components are kept as JSON: only the learning half
// can read them.
struct TrialSpec {
  Json task;       // {"name": …, options}
  Json optimiser;  // {"name": …, options}, without the rate
  Json schedule;   // {"name": …, options}
  Budget budget;
  double learning_rate = 0;
  std::int64_t seed = 0;
  std::vector<std::string> evaluate = {"test"};  // splits evaluated after each epoch
  bool record_steps = false;                     // keep the measurements of every step, not only of every epoch
  TrialLabels labels;
};

// Raised when the meaning of a spec changes, so that old records are not taken for new ones.
inline constexpr int kTrialSemantics = 1;

// "nero-lr0.01-seed0-" and 16 hex digits of the SHA-256 of the spec without labels, in canonical JSON. Same content,
// same id.
std::string trial_id(const TrialSpec& spec);

Json to_json(const TrialSpec& spec);
TrialSpec parse_trial_spec(JsonReader& json);
Budget parse_budget(JsonReader json);

}  // namespace nero_bench
