#pragma once
#include "trial/trial_record.h"

namespace nero_bench {

// When a trial was at a step, in seconds since 1970: from its start, building and the share of its training time. A
// record does not say more. 0 for a start that cannot be read.
double start_time(const TrialRecord& record);
double time_at_step(const TrialRecord& record, std::int64_t step);

}  // namespace nero_bench
