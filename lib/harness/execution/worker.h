#pragma once
#include <poll.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "harness/execution/child_process.h"
#include "harness/execution/executor.h"
#include "harness/execution/trial_end.h"
#include "harness/execution/trial_warnings.h"

namespace nero_bench {

// One nero-trial at work on one trial: what it says becomes events, how it ends a record.
class Worker {
 public:
  using Clock = std::chrono::steady_clock;

  // Starts it in that slot of the execution.
  Worker(const TrialSpec& spec, const LocalExecution& execution, std::size_t slot);

  std::size_t slot() const { return slot_; }
  bool has_ended() const { return process_.has_ended(); }

  // Adds what poll() has to watch, and brings `wake` forward to when limits are to be looked at again.
  void watch(std::vector<pollfd>& watched, std::optional<Clock::time_point>& wake) const;

  void take_events(const ExecutionObserver& observer);
  void keep_to_limits();

  void pass_on(int signal);  // the user's: it may take its time, a second one ends it
  void stop();               // our own wish: it is killed after the grace period

  // For one that has ended and whose events are taken: what is still to be told. Throws as throw_if_hopeless().
  void finish(const ExecutionObserver& observer, TrialWarnings& warnings);

 private:
  void take_event(const std::string& line, const ExecutionObserver& observer);
  void take_record(TrialRecord record, const ExecutionObserver& observer);
  void distrust(const std::string& why);
  void kill_after_grace();
  void throw_if_hopeless_for_all() const;

  TrialSpec spec_;
  std::string id_;
  std::size_t slot_;
  double time_limit_;
  double grace_;
  std::int64_t memory_limit_;
  std::optional<std::int64_t> oom_kills_before_;
  ChildProcess process_;
  std::optional<Clock::time_point> time_is_up_;  // then it is asked to stop
  std::optional<Clock::time_point> kill_at_;
  std::string output_;
  std::size_t searched_ = 0;  // bytes of output_ without the end of a line
  std::string errors_;
  bool has_record_ = false;
  bool stopped_ = false;  // by us or the user, so that having no record is no failure
  TrialEnd end_;
};

}  // namespace nero_bench
