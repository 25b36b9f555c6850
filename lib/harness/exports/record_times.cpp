#include "harness/exports/record_times.h"

#include <algorithm>
#include <ctime>

namespace nero_bench {

double start_time(const TrialRecord& record) {
  std::tm parts{};
  const char* end = ::strptime(record.started_at.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return end == nullptr ? 0 : static_cast<double>(::timegm(&parts));
}

double time_at_step(const TrialRecord& record, std::int64_t step) {
  const auto steps = static_cast<double>(std::max<std::int64_t>(1, record.steps));
  const auto& timings = record.timings;
  return start_time(record) + timings.build_seconds +
         (timings.train_seconds + timings.evaluate_seconds) * static_cast<double>(step) / steps;
}

}  // namespace nero_bench
