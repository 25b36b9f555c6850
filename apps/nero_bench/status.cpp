#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

#include "base/errors.h"
#include "base/log.h"
#include "base/stop_signal.h"
#include "base/text.h"
#include "commands.h"
#include "execution_options.h"
#include "harness/execution/slurm_jobs.h"
#include "harness/experiment/plan.h"
#include "harness/experiment/selection.h"
#include "harness/results/results_store.h"
#include "options.h"

namespace nero_bench {
namespace {

struct StatusOptions {
  ExperimentOptions experiment;
  std::string format = "table";
  double watch = 0;  // seconds between two looks; 0: one look
};

Json failure_to_json(const TrialRecord& record) {
  return {{"id", record.id()},
          {"status", to_string(record.status)},
          {"reason", record.reason},
          {"spec", to_json(record.spec)}};
}

// The tasks that were submitted for the folder, where the scheduler still knows them.
std::vector<SlurmTask> tasks_of(const ResultsStore& store) {
  try {
    return SlurmJobs(store.folder()).tasks(SlurmScheduler());
  } catch (const ConfigError& error) {
    log_warning(fmt::format("the tasks in Slurm are not known here: {}", error.what()));
    return {};
  }
}

Json task_to_json(const SlurmTask& task) {
  return {{"job", task.job}, {"task", task.index}, {"state", task.state}, {"place", task.place}};
}

void print_table(const StatusCounts& counts, const std::vector<SlurmTask>& tasks,
                 const std::vector<const TrialRecord*>& failures) {
  fmt::print("{:>6} completed\n{:>6} diverged\n{:>6} failed, timed out or out of memory\n{:>6} to run\n",
             counts.completed, counts.diverged, counts.failures(), counts.missing + counts.interrupted);
  if (!tasks.empty()) fmt::print("\ntasks in Slurm: {}\n", describe_tasks(tasks));
  for (const auto* record : failures) {
    fmt::print("\n{}\n  {}: {}\n", record->id(), to_string(record->status), printable(shortened(record->reason, 2000)));
  }
}

void print_json(const ExperimentConfig& config, const ResultsStore& store, const StatusCounts& counts,
                const std::vector<SlurmTask>& tasks, const std::vector<const TrialRecord*>& failures, int indent) {
  Json json{{"experiment", config.name},     {"folder", store.folder().string()},
            {"completed", counts.completed}, {"diverged", counts.diverged},
            {"failed", counts.failures()},   {"to_run", counts.missing + counts.interrupted},
            {"failures", Json::array()},     {"problems", store.problems()},
            {"slurm", Json::array()}};
  for (const auto& task : tasks) json["slurm"].push_back(task_to_json(task));
  for (const auto* record : failures) json["failures"].push_back(failure_to_json(*record));
  fmt::print("{}\n", json.dump(indent));
}

// Those of this config; the folder may hold records that it no longer uses.
std::vector<const TrialRecord*> failures_in(const std::vector<TrialRecord>& records, const ExperimentConfig& config) {
  std::vector<const TrialRecord*> failures;
  for (const auto& record : records) {
    if (is_failure(record.status)) failures.push_back(&record);
  }
  if (failures.empty()) return failures;  // making ten thousand ids takes a while
  const auto planned = trial_ids(config);
  std::erase_if(failures, [&](const TrialRecord* record) { return !planned.contains(record->id()); });
  return failures;
}

// Returns the records that it looked at.
const std::vector<TrialRecord>& look(const ExperimentConfig& config, ResultsStore& store,
                                     const StatusOptions& options) {
  const auto& records = store.records();
  for (const auto& problem : store.problems()) log_warning(problem);
  const auto counts = summarise(config, records).totals;
  const auto failures = failures_in(records, config);
  const auto tasks = tasks_of(store);
  if (options.format == "table") {
    print_table(counts, tasks, failures);
  } else {
    print_json(config, store, counts, tasks, failures, options.watch > 0 ? -1 : 2);  // watched: an object a line
  }
  return records;
}

// One below the other where the output cannot be redrawn.
void clear_screen(const StatusOptions& options) {
  if (options.format == "table" && can_be_redrawn(STDOUT_FILENO)) fmt::print("\033[H\033[2J");
}

int status(const StatusOptions& options) {
  const auto config = options.experiment.load();
  ResultsStore store(options.experiment.results_folder(config));
  if (options.watch == 0) {
    look(config, store, options);
    return 0;
  }
  install_stop_signals();
  while (stop_signal() == 0) {
    clear_screen(options);
    if (plan_trials(config, look(config, store, options)).empty()) return 0;
    std::fflush(stdout);
    pollfd stop{stop_descriptor(), POLLIN, 0};
    ::poll(&stop, 1, static_cast<int>(options.watch * 1000));
  }
  return stop_exit_status();
}

}  // namespace

void add_status_command(CLI::App& app, Action& chosen) {
  auto* command =
      app.add_subcommand("status", "count the trials of an experiment by how they ended, and say why some failed");
  const auto options = std::make_shared<StatusOptions>();
  options->experiment.add_to(*command);
  add_format_option(*command, options->format, {"table", "json"});
  constexpr double kLongest = 86400;
  command->add_option("--watch", options->watch, "look again every so often (2 s) until nothing is left to run")
      ->expected(0, 1)
      ->default_str("2")
      ->transform(duration())
      ->check(CLI::Range(0.01, kLongest));
  command->callback([options, &chosen] { chosen = [options] { return status(*options); }; });
}

}  // namespace nero_bench
