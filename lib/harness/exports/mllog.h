#pragma once
#include <string>

#include "trial/trial_record.h"

namespace nero_bench {

// A trial as log lines in the style of MLPerf Training: ":::MLLOG " and a JSON object with namespace, time_ms,
// event_type, key, value and metadata. Keys are those of mlperf-logging where it has them. Numbers that are not finite
// are the strings "nan", "inf", "-inf". Times follow from the record (record_times.h).
std::string mllog_lines(const TrialRecord& record);

}  // namespace nero_bench
