#include <fmt/format.h>

#include <memory>
#include <thread>

#include "base/errors.h"
#include "base/log.h"
#include "base/stop_signal.h"
#include "commands.h"
#include "components.h"
#include "harness/execution/executor.h"
#include "harness/execution/trial_program.h"
#include "harness/experiment/plan.h"
#include "harness/results/results_store.h"
#include "options.h"
#include "progress_line.h"

namespace nero_bench {
namespace {

struct RunOptions {
  ExperimentOptions experiment;
  MachineOptions machine;
  int jobs = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  int threads = 1;
  bool retry_failed = false;
  std::string format = "table";
};

std::vector<TrialRecord> load_records(ResultsStore& store) {
  auto records = store.records();
  for (const auto& problem : store.problems()) log_warning(problem);
  return records;
}

void add_to(ResultsStore& store, const TrialRecord& record) {
  const auto known = store.problems().size();
  store.add(record);
  const auto problems = store.problems();
  for (std::size_t i = known; i < problems.size(); ++i) log_warning(problems[i]);
}

int exit_status(const Summary& summary) {
  if (stop_signal() != 0) return stop_exit_status();
  return static_cast<int>(summary.totals.failures() > 0 ? ExitCode::kTrialFailed : ExitCode::kDone);
}

// Runs what is planned until nothing is, or a stop signal comes: repeats are planned once the search has chosen a rate.
void execute(const ExperimentConfig& config, ResultsStore& store, Executor& executor, const RunOptions& options) {
  ProgressLine progress(config);
  std::size_t recorded = 0;
  const auto finished = [&](const TrialRecord& record) {
    if (record.status != TrialStatus::kInterrupted) {  // that one is not a result: it will run again
      add_to(store, record);
      ++recorded;
    }
    progress.finished(record);  // told only when it is safe
  };
  const ExecutionObserver observer{finished, [&](const ProgressEvent& event) { progress.update(event); }};
  auto trials = plan_trials(config, load_records(store), {.retry_failed = options.retry_failed});
  while (!trials.empty() && stop_signal() == 0) {
    const auto recorded_before = recorded;
    progress.start_round(trials);
    executor.run(trials, observer);
    if (stop_signal() == 0 && recorded == recorded_before) {
      throw UserError(
          ExitCode::kTrialFailed,
          "no trial of this round came to an end: something else stopped them; the same command tries again");
    }
    trials = plan_trials(config, store.records());
  }
}

int run(const RunOptions& options) {
  const auto config = options.experiment.load();
  const auto program = find_trial_program(options.machine.device);
  check_components(config, program, options.machine.device);
  ResultsStore store(options.experiment.results_folder(config));
  store.write_config(to_json(config));
  install_stop_signals();
  const auto executor =
      make_process_pool({program, options.jobs, options.threads, options.machine.device, options.machine.data_dir});
  execute(config, store, *executor, options);

  const auto summary = summarise(config, store.records());
  fmt::print("{}", render(summary, parse_format(options.format)));
  if (stop_signal() != 0)
    log_warning(fmt::format("interrupted with {} trials to go; the same command continues", summary.totals.missing));
  if (summary.totals.failures() > 0)
    log_warning(fmt::format("{} trials failed; 'nero-bench status {}' says why, --retry-failed runs them again",
                            summary.totals.failures(), store.folder().string()));
  return exit_status(summary);
}

}  // namespace

void add_run_command(CLI::App& app, Action& chosen) {
  auto* command =
      app.add_subcommand("run", "train the trials of an experiment that have no record yet, then show the table");
  const auto options = std::make_shared<RunOptions>();
  options->experiment.add_to(*command);
  options->machine.add_to(*command);
  command->add_option("--jobs", options->jobs, "trials side by side")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  command->add_option("--threads", options->threads, "threads within a trial")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  command->add_flag("--retry-failed", options->retry_failed,
                    "run trials again that failed, timed out or ran out of memory");
  add_format_option(*command, options->format, format_names());
  command->callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace nero_bench
