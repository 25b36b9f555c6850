#pragma once
#include <cstdint>
#include <string>
#include <variant>

#include "trial/trial_record.h"

namespace nero_bench {

// What nero-trial tells the harness while it works: one line of JSON an event, on its standard output.
struct ProgressEvent {
  std::string trial;
  std::int64_t step = 0;
  std::int64_t total_steps = 0;
  std::int64_t epoch = 0;
  double loss = 0;  // of the latest step
};

struct RecordEvent {
  TrialRecord record;
};

using Event = std::variant<ProgressEvent, RecordEvent>;

std::string to_line(const Event& event);  // without the newline

// Throws ConfigError for anything that is not an event.
Event parse_event(const std::string& line);

}  // namespace nero_bench
