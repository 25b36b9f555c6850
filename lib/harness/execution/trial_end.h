#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "trial/events.h"
#include "trial/trial_record.h"

namespace nero_bench {

// How far a trial was when it last told.
struct LastProgress {
  std::int64_t step = 0;  // 0: it told nothing
  std::int64_t epoch = 0;
  std::optional<double> finite_loss;  // the last loss that was a number

  void update(const ProgressEvent& event);
};

// What is known of a process that ended without the record of its trial.
struct TrialEnd {
  int status = 0;                          // as of waitpid()
  std::string said = {};                   // on standard error
  std::string distrust = {};               // why we killed it; empty if not for that
  double time_limit = 0;                   // seconds; 0 if it was not ended for taking longer
  std::optional<bool> by_oom_killer = {};  // for SIGKILL: whether that was the kernel; nothing if it cannot be known
  LastProgress last = {};
};

// The record of such a trial: timed_out, out_of_memory or failed, with the reason.
TrialRecord record_of_end(const TrialSpec& spec, const TrialEnd& end);

// Whether a program complains that it was given no memory, on the host or on the device.
bool says_out_of_memory(const std::string& said);

// The record of a trial that was asked to stop because it had taken `time_limit` seconds; one that completed or
// diverged all the same stays as it is.
TrialRecord record_at_time_limit(TrialRecord record, double time_limit);

}  // namespace nero_bench
