#include "harness/execution/trial_end.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/build_info.h"
#include "base/clock.h"
#include "base/text.h"
#include "harness/execution/child_process.h"

namespace nero_bench {
namespace {

constexpr std::size_t kLongestQuotation = 1000;

std::string time_limit_text(double seconds) {
  return fmt::format("the time limit of {} s (--trial-timeout) ended it", format_number(seconds));
}

bool was_killed(int status) { return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL; }

TrialStatus status_of(const TrialEnd& end) {
  if (!end.distrust.empty()) return TrialStatus::kFailed;
  if (end.time_limit > 0) return TrialStatus::kTimedOut;
  const bool oom_killed = was_killed(end.status) && end.by_oom_killer.value_or(false);
  return oom_killed || says_out_of_memory(end.said) ? TrialStatus::kOutOfMemory : TrialStatus::kFailed;
}

std::string cause_of(const TrialEnd& end) {
  if (!end.distrust.empty()) return "nero-trial was killed because of what it sent: " + end.distrust;
  if (end.time_limit > 0) return time_limit_text(end.time_limit) + ", and it left no record";
  const auto cause = "nero-trial ended without a record: " + describe_status(end.status);
  if (!was_killed(end.status)) return cause;
  if (!end.by_oom_killer) return cause + " (often the kernel's out-of-memory killer)";
  return cause + (*end.by_oom_killer ? " by the kernel's out-of-memory killer" : "");
}

std::string place_of(const LastProgress& last) {
  if (last.step == 0) return "before it told of a step";
  const auto loss = last.finite_loss ? fmt::format(", last finite loss {:.6g}", *last.finite_loss) : "";
  return fmt::format("after step {} (epoch {}){}", last.step, last.epoch, loss);
}

}  // namespace

void LastProgress::update(const ProgressEvent& event) {
  step = event.step;
  epoch = event.epoch;
  if (std::isfinite(event.loss)) finite_loss = event.loss;
}

TrialRecord record_of_end(const TrialSpec& spec, const TrialEnd& end) {
  TrialRecord record;
  record.spec = spec;
  record.status = status_of(end);
  record.reason = cause_of(end) + ", " + place_of(end.last);
  if (!end.said.empty()) record.reason += "; it said: " + shortened(end.said, kLongestQuotation);
  record.steps = end.last.step;
  record.resolved = Json::object();
  record.environment = {{"commit", build_info().commit}, {"nero_bench", build_info().version}};
  record.started_at = record.finished_at = utc_now();
  return record;
}

bool says_out_of_memory(const std::string& said) {
  constexpr std::array<const char*, 6> kComplaints{
      "bad_alloc",         "can't allocate memory", "Cannot allocate memory",
      "not enough memory", "out of memory",         "Out of memory"};
  return std::any_of(kComplaints.begin(), kComplaints.end(),
                     [&](const char* complaint) { return said.find(complaint) != std::string::npos; });
}

TrialRecord record_at_time_limit(TrialRecord record, double time_limit) {
  if (record.status != TrialStatus::kInterrupted) return record;
  record.status = TrialStatus::kTimedOut;
  record.reason = time_limit_text(time_limit) + ": " + record.reason;
  return record;
}

}  // namespace nero_bench
