#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <iostream>

#include "base/errors.h"
#include "base/log.h"
#include "base/stop_signal.h"
#include "base/text.h"
#include "commands.h"
#include "learning/training/environment.h"
#include "learning/training/run_trial.h"

namespace nero_bench {
namespace {

constexpr JsonLimits kSpecLimits{.bytes = std::size_t{1} << 30, .depth = 80};

std::vector<PreparedTrial> read_trials() {
  const Json list = load_json("-", kSpecLimits);
  std::vector<PreparedTrial> trials;
  for (const Json& item : list) {
    JsonReader json(item, "standard input");
    auto spec_json = json.object("spec");
    SpecOrigin origin;
    if (auto place = json.optional_object("origin")) {
      origin.source = place->optional("source", origin.source);
      origin.task = place->optional("task", origin.task);
      origin.optimiser = place->optional("optimiser", origin.optimiser);
      place->finish();
    }
    json.finish();
    trials.push_back(prepare_trial(parse_trial_spec(spec_json), origin));
  }
  return trials;
}

void emit(const Event& event) { std::cout << to_line(event) << std::endl; }

// "500" is steps; anything else a duration.
CheckpointOptions checkpoint_options(const TrialProgramOptions& options) {
  const auto& every = options.checkpoint_every;
  CheckpointOptions checkpoints{options.checkpoints};
  if (!every.empty() && every.find_first_not_of("0123456789") == std::string::npos) {
    checkpoints.every_steps = std::stoll(every);
    checkpoints.every_seconds = 0;
  } else {
    checkpoints.every_seconds = parse_duration(every);
  }
  return checkpoints;
}

// The harness may be killed: a trial that nobody waits for must not go on.
void end_with_parent() { ::prctl(PR_SET_PDEATHSIG, SIGTERM); }

}  // namespace

int check_trials(const TrialProgramOptions& options) {
  open_device(options.device);
  read_trials();
  return static_cast<int>(ExitCode::kDone);
}

int train_trials(const TrialProgramOptions& options) {
  end_with_parent();
  install_stop_signals();
  const auto device = open_device(options.device);
  fix_arithmetic(options.threads);
  TrialMonitor monitor;
  monitor.progress = [](const ProgressEvent& event) { emit(event); };
  monitor.stop_requested = [] { return stop_signal() != 0; };
  monitor.warn = [](const std::string& warning) { log_warning(warning); };
  const auto checkpoints = checkpoint_options(options);
  for (const auto& trial : read_trials()) {
    emit(RecordEvent{run_trial(trial, {options.data_dir}, *device, monitor, checkpoints)});
    if (stop_signal() != 0) return stop_exit_status();
  }
  return static_cast<int>(ExitCode::kDone);
}

}  // namespace nero_bench
