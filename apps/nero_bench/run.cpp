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
#include "harness/experiment/shard.h"
#include "harness/results/claims.h"
#include "harness/results/lease.h"
#include "harness/results/results_store.h"
#include "options.h"
#include "progress_line.h"
#include "results_config.h"

namespace nero_bench {
namespace {

struct RunOptions {
  ExperimentOptions experiment;
  MachineOptions machine;
  int jobs = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  int threads = 1;
  bool retry_failed = false;
  std::string shard = "1/1";
  double lease_timeout = 600;  // seconds
  bool replace_config = false;
  std::string format = "table";
};

const std::vector<TrialRecord>& load_records(ResultsStore& store) {
  const auto& records = store.records();
  for (const auto& problem : store.problems()) log_warning(problem);
  return records;
}

void add_to(ResultsStore& store, const TrialRecord& record) {
  const auto known = store.problems().size();
  store.add(record);
  const auto problems = store.problems();
  for (std::size_t i = known; i < problems.size(); ++i) log_warning(problems[i]);
}

// A round in which no trial of ours ended: others were at work on them, or something is wrong.
void wait_for_others(Claims& claims) {
  if (claims.others_at_work()) return claims.wait_for_others();
  if (stop_signal() != 0) return;
  throw UserError(ExitCode::kTrialFailed,
                  "no trial of this round came to an end: something else stopped them; the same command tries again");
}

int exit_status(const Summary& summary) {
  if (stop_signal() != 0) return stop_exit_status();
  return static_cast<int>(summary.totals.failures() > 0 ? ExitCode::kTrialFailed : ExitCode::kDone);
}

// Runs what is planned until nothing is, or a stop signal comes: repeats are planned once the search has chosen a rate.
// What other runs are at in the same folder is left to them.
void execute(const ExperimentConfig& config, ResultsStore& store, Leases& leases, Executor& executor,
             PlanOptions plan) {
  ProgressLine progress(config);
  Claims claims(store, leases, [&](const TrialRecord& record) { return !has_to_run(record, plan); });
  std::size_t recorded = 0;
  const auto finished = [&](const TrialRecord& record) {
    if (record.status != TrialStatus::kInterrupted) {  // that one is not a result: it will run again
      add_to(store, record);
      ++recorded;
    }
    claims.release(record.id());
    progress.finished(record);  // told only when it is safe
  };
  const auto may_start = [&](const TrialSpec& spec) {
    const bool ours = claims.claim(trial_id(spec));
    if (!ours) progress.left_to_others();
    return ours;
  };
  const ExecutionObserver observer{finished, [&](const ProgressEvent& event) { progress.update(event); }, may_start};
  auto trials = plan_trials(config, load_records(store), plan);
  while (!trials.empty() && stop_signal() == 0) {
    const auto recorded_before = recorded;
    progress.start_round(trials);
    claims.start_round();
    executor.run(trials, observer);
    plan.retry_failed = false;
    if (recorded == recorded_before) wait_for_others(claims);
    trials = plan_trials(config, store.records(), plan);
  }
}

int run(const RunOptions& options) {
  const auto config = options.experiment.load();
  const PlanOptions plan{options.retry_failed, parse_shard(options.shard)};
  const auto program = find_trial_program(options.machine.device);
  check_components(config, program, options.machine.device);
  ResultsStore store(options.experiment.results_folder(config));
  Leases leases(store.folder(), {.silence = std::chrono::duration<double>(options.lease_timeout)});
  keep_config(store, leases, config, options.replace_config);
  install_stop_signals();
  const auto executor =
      make_process_pool({program, options.jobs, options.threads, options.machine.device, options.machine.data_dir});
  execute(config, store, leases, *executor, plan);

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
  command->add_option("--shard", options->shard, "run only part I of N, in a folder of its own (merge joins them)")
      ->type_name("I/N");
  command
      ->add_option("--lease-timeout", options->lease_timeout,
                   "seconds without a sign of life after which a trial of another host's run is taken over")
      ->check(CLI::Range(0.1, 1e6))
      ->capture_default_str();
  command->add_flag("--replace-config", options->replace_config,
                    "run a changed config in the same folder, and leave records unused that it does not know");
  add_format_option(*command, options->format, format_names());
  command->callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace nero_bench
