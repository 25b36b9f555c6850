#pragma once
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "trial/events.h"
#include "trial/trial_record.h"
#include "trial/trial_spec.h"

namespace nero_bench {

// Follows an execution; called from the thread that runs it.
struct ExecutionObserver {
  std::function<void(const TrialRecord&)> finished;  // once a trial, in the order of ending
  std::function<void(const ProgressEvent&)> progress = [](const ProgressEvent&) {};
  // Asked right before a trial is started; one that may not is left out.
  std::function<bool(const TrialSpec&)> may_start = [](const TrialSpec&) { return true; };
};

// Runs trials somewhere.
class Executor {
 public:
  virtual ~Executor() = default;

  // Runs the trials until all have ended or a stop signal came. A trial whose process dies has ended, too: with a
  // `failed` record. Throws DataError or ConfigError where no trial can run at all, such as when the data set is
  // missing.
  virtual void run(std::span<const TrialSpec> trials, const ExecutionObserver& observer) = 0;
};

// How trials are run on this machine.
struct LocalExecution {
  std::string trial_program;  // path of nero-trial
  int jobs = 1;               // processes side by side
  int threads = 1;            // in each
  std::string device = "auto";
  std::string data_dir;
};

std::unique_ptr<Executor> make_process_pool(const LocalExecution& execution);

}  // namespace nero_bench
