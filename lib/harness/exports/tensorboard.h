#pragma once
#include <string>

#include "trial/trial_record.h"

namespace nero_bench {

// The event file of a trial for TensorBoard: every metric as a scalar over steps ("test.accuracy" is test/accuracy),
// with record_steps those of steps below step/, and what the HParams tab shows. A function of the record alone.
std::string event_file(const TrialRecord& record);

// Its name within a folder that is named after the trial, and read by TensorBoard as a run.
std::string event_file_name(const TrialRecord& record);

}  // namespace nero_bench
