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
#include "learning/training/rate_sequence.h"
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

TrialExecution execution_of(const TrialProgramOptions& options) {
  const auto every = parse_cadence(options.checkpoint_every);
  return {{options.checkpoints, every.steps, every.seconds}, options.cuda_graphs};
}

// The harness may be killed: a trial that nobody waits for must not go on. It started us with SIGKILL for this.
void end_with_parent() { ::prctl(PR_SET_PDEATHSIG, SIGTERM); }

// A scheduler signals us as well as the harness, which passes it on, perhaps late: that is one request, too. Seconds.
constexpr double kSameRequest = 1;

}  // namespace

int check_trials(const TrialProgramOptions& options) {
  const auto device = options.device ? open_device(*options.device) : nullptr;
  for (const auto& trial : read_trials()) {
    if (device) check_device(trial, device->torch_device());
  }
  return static_cast<int>(ExitCode::kDone);
}

int print_rate_sequences(const TrialProgramOptions& options) {
  Json list = Json::array();
  for (const auto& trial : read_trials()) {
    const auto sequence = rate_sequence(trial, {options.data_dir});
    list.push_back({{"steps_per_epoch", sequence.steps_per_epoch}, {"factors", sequence.factors}});
  }
  std::cout << list.dump() << std::endl;
  return static_cast<int>(ExitCode::kDone);
}

int train_trials(const TrialProgramOptions& options) {
  install_stop_signals(kSameRequest);
  end_with_parent();
  ::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error to be told, as a full disk is
  const auto device = open_device(options.device.value_or("auto"));
  fix_arithmetic(options.threads);
  TrialMonitor monitor;
  monitor.progress = [](const ProgressEvent& event) { emit(event); };
  monitor.stop_requested = [] { return stop_signal() != 0; };
  monitor.warn = [](const std::string& warning) { log_warning(warning); };
  const auto execution = execution_of(options);
  const DataLocations data{options.data_dir, options.cache_dir};
  for (const auto& trial : read_trials()) {
    emit(RecordEvent{run_trial(trial, data, *device, monitor, execution)});
    if (stop_signal() != 0) return stop_exit_status();
  }
  return static_cast<int>(ExitCode::kDone);
}

}  // namespace nero_bench
