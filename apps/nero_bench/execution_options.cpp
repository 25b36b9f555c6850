#include "execution_options.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/errors.h"
#include "base/text.h"

namespace nero_bench {
namespace {

LocalExecution local_execution(const ExecutionOptions& options, const std::string& trial_program,
                               const CoreClaims& claims) {
  LocalExecution execution;
  execution.trial_program = trial_program;
  execution.slots = make_slots(options.trials_side_by_side(), options.threads, claims.cores(), options.devices());
  execution.threads = options.threads;
  execution.data_dir = options.machine.data_dir;
  execution.cache_dir = options.machine.cache_dir;
  execution.time_limit = options.trial_timeout;
  execution.checkpoint_every = options.checkpoint_every;
  execution.cuda_graphs = options.cuda_graphs;
  execution.memory_limit = static_cast<std::int64_t>(options.memory_limit);
  return execution;
}

std::size_t cores_to_claim(const ExecutionOptions& options) {
  if (options.no_pin || !find_executor(options.executor).trains_here) return 0;
  return static_cast<std::size_t>(options.trials_side_by_side()) * static_cast<std::size_t>(options.threads);
}

std::vector<std::string> executor_names() {
  std::vector<std::string> names;
  for (const auto& entry : executors()) names.push_back(entry.name);
  return names;
}

std::string executor_summaries() {
  std::string list;
  for (const auto& entry : executors())
    list += fmt::format("{}{} ({})", list.empty() ? "" : ", ", entry.name, entry.summary);
  return fmt::format("where trials run: {}", list);
}

}  // namespace

CLI::Validator duration() {
  const auto to_seconds = [](std::string& text) -> std::string {
    try {
      text = format_number(parse_duration(text));
      return {};
    } catch (const ConfigError& error) {
      return error.what();
    }
  };
  return {to_seconds, "SECONDS|5m|2h"};
}

CLI::Validator cadence() {
  return {[](std::string& text) -> std::string {
            try {
              parse_cadence(text);
              return {};
            } catch (const ConfigError& error) {
              return error.what();
            }
          },
          "STEPS|TIME"};
}

void ExecutionOptions::add_to(CLI::App& command) {
  command.add_option("--executor", executor, executor_summaries())
      ->check(CLI::IsMember(executor_names()))
      ->capture_default_str();
  machine.add_to(command);
  command.get_option("--device")
      ->description("auto, cpu, cuda or cuda:<index>; several with commas, which the trials side by side share");
  command
      .add_option(
          "--jobs", jobs,
          "trials side by side (else one a device, or as many as there are cores for; of slurm: in a task, else 1)")
      ->check(CLI::Range(1, 4096))
      ->take_last();  // of a script's and its user's
  command.add_option("--threads", threads, "threads within a trial")
      ->check(CLI::Range(1, 1024))
      ->take_last()
      ->capture_default_str();
  command.add_flag("--no-pin", no_pin, "do not give each trial side by side cores of its own");
  command.add_option("--trial-timeout", trial_timeout, "end a trial that takes longer: it has timed out")
      ->transform(duration());
  command.add_option("--memory-limit", memory_limit, "data a trial may have, such as 4G; more is out of memory")
      ->transform(CLI::AsSizeValue(false))  // more than there are numbers becomes the largest
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 62, "POSITIVE"));
  auto* first = command.add_flag("--fail-fast", fail_fast, "stop at the first trial that fails");
  auto* count = command.add_option("--max-failures", max_failures, "stop when so many trials have failed")
                    ->check(CLI::PositiveNumber)
                    ->excludes(first);
  command.add_flag("--keep-going")
      ->description("run all trials, however many fail (as it is without these options)")
      ->excludes(first)
      ->excludes(count);
  command.add_option("--checkpoint-every", checkpoint_every, "steps (500) or time (1m) after which a trial is saved")
      ->check(cadence())
      ->capture_default_str();
  command.add_flag("--cuda-graphs", cuda_graphs, "on a GPU, record a training step and replay it (not run on one yet)");
  command.add_option("--log-file", log_file, "append the log to this file, too, with times");
  command.add_flag("--no-wait", no_wait, "leave once all that is left is others' work: of other runs, or of slurm");
  slurm.add_to(command);
}

bool ExecutionOptions::gives_up_after(std::int64_t failures) const {
  const auto most = fail_fast ? 1 : max_failures;
  return most > 0 && failures >= most;
}

int ExecutionOptions::trials_side_by_side() const {
  if (jobs > 0) return jobs;
  if (!find_executor(executor).trains_here) return 1;
  return default_jobs(threads, allowed_cores().size(), devices().size());
}

std::vector<std::string> ExecutionOptions::arguments() const {
  std::vector<std::string> list{"--device",
                                machine.device,
                                "--jobs",
                                std::to_string(trials_side_by_side()),
                                "--threads",
                                std::to_string(threads),
                                "--checkpoint-every",
                                checkpoint_every};
  const auto add = [&](const char* name, const std::string& value) { list.insert(list.end(), {name, value}); };
  if (!machine.data_dir.empty()) add("--data-dir", std::filesystem::absolute(machine.data_dir).string());
  if (!machine.cache_dir.empty())
    add("--cache-dir", machine.cache_dir == "none" ? "none" : std::filesystem::absolute(machine.cache_dir).string());
  if (trial_timeout > 0) add("--trial-timeout", format_number(trial_timeout));
  if (memory_limit > 0) add("--memory-limit", std::to_string(memory_limit));
  if (max_failures > 0) add("--max-failures", std::to_string(max_failures));
  if (fail_fast) list.emplace_back("--fail-fast");
  if (no_pin) list.emplace_back("--no-pin");
  if (cuda_graphs) list.emplace_back("--cuda-graphs");
  return list;
}

ReadyExecutor::ReadyExecutor(const ExecutionOptions& options, const std::string& trial_program,
                             const std::string& checkpoints, const SlurmExecution& slurm)
    : claims(cores_to_claim(options), allowed_cores()) {
  auto local = local_execution(options, trial_program, claims);
  local.checkpoints = checkpoints;
  executor = find_executor(options.executor).make({local, slurm});
}

}  // namespace nero_bench
