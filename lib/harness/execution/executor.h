#pragma once
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "harness/execution/slot.h"
#include "trial/events.h"
#include "trial/trial_record.h"
#include "trial/trial_spec.h"

namespace nero_bench {

// Follows and steers an execution; called from the thread that runs it.
struct ExecutionObserver {
  std::function<void(const TrialRecord&)> finished;  // once a trial, in the order of ending
  std::function<void(const ProgressEvent&)> progress = [](const ProgressEvent&) {};
  std::function<bool(const TrialSpec&)> may_start = [](const TrialSpec&) { return true; };  // else it is left out
  std::function<bool()> stop_wanted = [] { return false; };  // once true, the running trials are stopped
};

// Runs trials somewhere.
class Executor {
 public:
  virtual ~Executor() = default;

  // Runs the trials until all have ended, the observer wants it to stop, or a stop signal came. A trial whose process
  // dies has ended, too: its record says how. Throws DataError or ConfigError where no trial can run at all, such as
  // when the data set is missing.
  virtual void run(std::span<const TrialSpec> trials, const ExecutionObserver& observer) = 0;
};

// How trials are run on this machine.
struct LocalExecution {
  std::string trial_program;           // path of nero-trial
  std::vector<Slot> slots = {Slot{}};  // one for each of the trials side by side
  int threads = 1;                     // in each trial
  std::string data_dir;
  std::string cache_dir;          // of decoded data sets, as nero-trial takes it
  std::string checkpoints;        // folder in which trials are saved, each in one of its own; empty: they are not
  std::string checkpoint_every;   // parse_cadence()
  bool cuda_graphs = false;       // on a GPU, record a training step and replay it
  double time_limit = 0;          // seconds a trial may take; 0: for ever
  double grace = 10;              // seconds from being asked to stop, or from its record, until a trial is killed
  std::int64_t memory_limit = 0;  // bytes of data a trial may have (ChildLimits); 0: no limit
};

std::unique_ptr<Executor> make_process_pool(const LocalExecution& execution);

}  // namespace nero_bench
