#include <fmt/format.h>
#include <fmt/ranges.h>
#include <signal.h>
#include <sys/resource.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <set>
#include <span>

#include "base/errors.h"
#include "base/files.h"
#include "base/log.h"
#include "base/stop_signal.h"
#include "base/text.h"
#include "commands.h"
#include "components.h"
#include "execution_options.h"
#include "export_options.h"
#include "harness/execution/slurm_scheduler.h"
#include "harness/execution/trial_program.h"
#include "harness/experiment/cells.h"
#include "harness/experiment/config_warnings.h"
#include "harness/experiment/plan.h"
#include "harness/experiment/selection.h"
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
  ExecutionOptions execution;
  ExportOptions exports;
  bool retry_failed = false;
  std::string shard = "1/1";
  double lease_timeout = 600;  // seconds
  bool replace_config = false;
  std::string format = "table";
};

// Each of the trials side by side takes some.
void raise_limit_on_open_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

const std::vector<TrialRecord>& load_records(ResultsStore& store) {
  const auto& records = store.records();
  for (const auto& problem : store.problems()) log_warning(problem);
  return records;
}

void remove_what_killed_runs_left(const ResultsStore& store) {
  for (const char* folder : {"", "records", "superseded", "leases"})
    remove_unfinished_files(store.folder() / folder, std::chrono::hours(24));
}

// A failure keeps its checkpoints: --retry-failed goes on from there, perhaps with more time or memory.
void forget_checkpoints(const ResultsStore& store, const TrialRecord& record) {
  if (is_failure(record.status)) return;
  std::error_code ignored;  // left behind they do no harm
  std::filesystem::remove_all(store.checkpoints() / record.id(), ignored);
}

// Those that a killed run left although it had recorded the trial.
void forget_checkpoints_of_results(const ResultsStore& store, std::span<const TrialRecord> records) {
  std::error_code error;
  if (std::filesystem::is_empty(store.checkpoints(), error) || error) return;
  for (const auto& record : records) forget_checkpoints(store, record);
}

void add_to(ResultsStore& store, const TrialRecord& record) {
  const auto known = store.problems().size();
  store.add(record);
  const auto problems = store.problems();
  for (std::size_t i = known; i < problems.size(); ++i) log_warning(problems[i]);
  forget_checkpoints(store, record);
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

// Runs what is planned until nothing is, a stop signal comes, or too many have failed: repeats are planned once the
// search has chosen a rate. What other runs are at in the same folder is left to them. Returns how many have failed.
std::int64_t execute(const ExperimentConfig& config, ResultsStore& store, Leases& leases, Executor& executor,
                     const PlanOptions& plan, const ExecutionOptions& options) {
  ProgressLine progress(config);
  Claims claims(store, leases, [&](const TrialRecord& record) { return !has_to_run(record, plan); });
  std::size_t recorded = 0;
  std::int64_t failures = 0;
  const auto finished = [&](const TrialRecord& record) {
    if (record.status != TrialStatus::kInterrupted) {  // that one is not a result: it will run again
      add_to(store, record);
      ++recorded;
    }
    if (is_failure(record.status)) ++failures;
    claims.release(record.id());
    progress.finished(record);  // told only when it is safe
  };
  const auto may_start = [&](const TrialSpec& spec) {
    const bool ours = claims.claim(trial_id(spec));
    if (!ours) progress.left_to_others();
    return ours;
  };
  const auto gives_up = [&] { return options.gives_up_after(failures); };
  const ExecutionObserver observer{.finished = finished,
                                   .progress = [&](const ProgressEvent& event) { progress.update(event); },
                                   .may_start = may_start,
                                   .stop_wanted = gives_up};
  const auto& records = load_records(store);
  forget_checkpoints_of_results(store, records);
  auto trials = plan_trials(config, records, plan);
  while (!trials.empty() && stop_signal() == 0 && !gives_up()) {
    const auto recorded_before = recorded;
    progress.start_round(trials);
    claims.start_round();
    executor.run(trials, observer);
    if (recorded == recorded_before && !gives_up()) {
      if (options.no_wait && !claims.answered_by_others()) break;
      wait_for_others(claims);
    }
    trials = plan_trials(config, store.records(), plan);
  }
  return failures;
}

void report_what_is_left(const StatusCounts& totals, bool gave_up, bool no_wait, const ResultsStore& store) {
  if (stop_signal() != 0) {
    log_warning(fmt::format("interrupted with {} trials to go; the same command continues", totals.missing));
  } else if (gave_up && totals.missing > 0) {
    log_warning(
        fmt::format("stopped because trials failed, with {} to go; the same command continues", totals.missing));
  } else if (no_wait && totals.missing > 0) {
    log_info(fmt::format("{} trials are left to others, or follow from them", totals.missing));
  }
  if (totals.failures() > 0)
    log_warning(fmt::format("{} trials failed; 'nero-bench status {}' says why, --retry-failed runs them again",
                            totals.failures(), store.folder().string()));
}

// What each task of an array runs: this program, for as long as there is something to begin.
std::vector<std::string> task_command(const RunOptions& options, const std::string& results_folder) {
  std::vector<std::string> command{(executable_folder() / "nero-bench").string(),
                                   "run",
                                   results_folder,
                                   "--no-wait",
                                   "--shard",
                                   options.shard,
                                   "--lease-timeout",
                                   format_number(options.lease_timeout)};
  const auto rest = options.execution.arguments();
  command.insert(command.end(), rest.begin(), rest.end());
  return command;
}

// A checkpoint is named after its step.
std::string names_in(const std::filesystem::path& folder) {
  std::set<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    names.insert(entry->path().filename().string());
  return fmt::format("{}", fmt::join(names, " "));
}

SlurmExecution slurm_execution(const RunOptions& options, const ExperimentConfig& config, const ResultsStore& store,
                               Leases& leases) {
  SlurmExecution slurm;
  slurm.options = options.execution.slurm.over(config.slurm);
  slurm.experiment = config.name;
  slurm.results_folder = std::filesystem::absolute(store.folder()).string();
  slurm.task_command = task_command(options, slurm.results_folder);
  slurm.jobs = options.execution.trials_side_by_side();
  slurm.threads = options.execution.threads;
  slurm.wait = !options.execution.no_wait;
  slurm.find_record = [&store](const std::string& trial) { return store.find(trial); };
  // Taken and given back, so that a lease of the dead is out of the way of the next task.
  slurm.can_be_taken = [&leases](const std::string& trial) { return leases.try_acquire(trial).has_value(); };
  slurm.saved_state = [&store](const std::string& trial) { return names_in(store.checkpoints() / trial); };
  return slurm;
}

// Others may be asked the same at this moment, but each trial is to run once more: so they are told by having no
// record.
void set_failures_aside(const ExperimentConfig& config, ResultsStore& store, const Shard& shard) {
  std::set<std::string> planned;
  for (const auto& spec : plan_trials(config, store.records(), {true, shard})) planned.insert(trial_id(spec));
  for (const auto& record : store.records()) {
    if (is_failure(record.status) && planned.contains(record.id())) store.set_aside(record);
  }
}

// A mistyped path is to become no folders.
void begin_log(const std::string& file) {
  const auto folder = std::filesystem::path(file).parent_path();
  if (!folder.empty() && !std::filesystem::is_directory(folder))
    throw StoreError(
        fmt::format("--log-file {}: there is no folder {}; correct the path, or create it", file, folder.string()));
  log_to_file(file);
}

// The data sets may be elsewhere, so that all else goes on.
void warn_of_missing_folder(const std::string& data_dir) {
  if (!data_dir.empty() && !std::filesystem::is_directory(data_dir))
    log_warning(fmt::format("--data-dir {}: there is no such folder; data sets are looked for elsewhere", data_dir));
}

int run(const RunOptions& options) {
  ::signal(SIGPIPE, SIG_IGN);  // a reader of our output that has gone must not cost the trials
  if (!options.execution.log_file.empty()) begin_log(options.execution.log_file);
  const auto config = options.experiment.load();
  const auto shard = parse_shard(options.shard);
  const bool trains_here = find_executor(options.execution.executor).trains_here;
  const auto devices = trains_here ? options.execution.devices() : std::vector<std::string>{};
  if (trains_here) {
    options.execution.slurm.refuse();
    warn_of_missing_folder(options.execution.machine.data_dir);
    raise_limit_on_open_files();
  }
  const auto program = find_trial_program(trains_here ? devices.front() : "cpu");
  for (const auto& device : devices) check_components(config, program, device);
  if (!trains_here) check_components(config, program);
  for (const auto& warning : warnings_about(config)) log_warning(warning);
  ResultsStore store(options.experiment.results_folder(config));
  Leases leases(store.folder(), {.silence = std::chrono::duration<double>(options.lease_timeout)});
  remove_what_killed_runs_left(store);
  keep_config(store, leases, config, options.replace_config);
  install_stop_signals();
  if (options.retry_failed && !trains_here) SlurmScheduler().max_array_size();  // throws where nobody would run them
  if (options.retry_failed) set_failures_aside(config, store, shard);
  const ReadyExecutor ready(options.execution, program, store.checkpoints().string(),
                            slurm_execution(options, config, store, leases));
  const auto failures = execute(config, store, leases, *ready.executor, {.shard = shard}, options.execution);

  options.exports.write(store.records());
  const auto summary = summarise(config, store.records());
  fmt::print("{}", render(summary, parse_format(options.format)));
  report_what_is_left(summary.totals, options.execution.gives_up_after(failures), options.execution.no_wait, store);
  return exit_status(summary);
}

}  // namespace

void add_run_command(CLI::App& app, Action& chosen) {
  auto* command =
      app.add_subcommand("run", "train the trials of an experiment that have no record yet, then show the table");
  const auto options = std::make_shared<RunOptions>();
  options->experiment.add_to(*command);
  options->execution.add_to(*command);
  options->exports.add_to(*command);
  command->add_flag("--retry-failed", options->retry_failed,
                    "run trials again that failed, timed out or ran out of memory");
  command
      ->add_option("--shard", options->shard,
                   "run only part I of N; with a --results of its own, merge joins the parts")
      ->type_name("I/N");
  command
      ->add_option("--lease-timeout", options->lease_timeout,
                   "time without a sign of life after which a trial of another host's run is taken over")
      ->transform(duration())
      ->check(CLI::Range(0.1, 1e6))
      ->capture_default_str();
  command->add_flag("--replace-config", options->replace_config,
                    "run a changed config in the same folder, and leave records unused that it does not know");
  add_format_option(*command, options->format, format_names());
  command->callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace nero_bench
