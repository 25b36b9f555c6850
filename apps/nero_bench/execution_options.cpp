#include "execution_options.h"

#include "base/errors.h"
#include "base/text.h"

namespace nero_bench {
namespace {

LocalExecution local_execution(const ExecutionOptions& options, const std::string& trial_program, int jobs,
                               const CoreClaims& claims) {
  LocalExecution execution;
  execution.trial_program = trial_program;
  execution.slots = make_slots(jobs, options.threads, claims.cores(), options.devices());
  execution.threads = options.threads;
  execution.data_dir = options.machine.data_dir;
  execution.cache_dir = options.machine.cache_dir;
  execution.time_limit = options.trial_timeout;
  execution.checkpoint_every = options.checkpoint_every;
  execution.memory_limit = static_cast<std::int64_t>(options.memory_limit);
  return execution;
}

std::size_t cores_to_claim(const ExecutionOptions& options, int jobs) {
  return options.no_pin ? 0 : static_cast<std::size_t>(jobs) * static_cast<std::size_t>(options.threads);
}

int jobs_of(const ExecutionOptions& options) {
  if (options.jobs > 0) return options.jobs;
  return default_jobs(options.threads, allowed_cores().size(), options.devices().size());
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
  machine.add_to(command);
  command.get_option("--device")
      ->description("auto, cpu, cuda or cuda:<index>; several with commas, which the trials side by side share");
  command.add_option("--jobs", jobs, "trials side by side (else one a device, or as many as there are cores for)")
      ->check(CLI::Range(1, 4096));
  command.add_option("--threads", threads, "threads within a trial")->check(CLI::Range(1, 1024))->capture_default_str();
  command.add_flag("--no-pin", no_pin, "do not give each trial side by side cores of its own");
  command.add_option("--trial-timeout", trial_timeout, "end a trial that takes longer: it has timed out")
      ->transform(duration());
  command.add_option("--memory-limit", memory_limit, "data a trial may have, such as 4G; more is out of memory")
      ->transform(CLI::AsSizeValue(false))
      ->check(CLI::PositiveNumber);
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
  command.add_option("--log-file", log_file, "append the log to this file, too, with times");
}

bool ExecutionOptions::gives_up_after(std::int64_t failures) const {
  const auto most = fail_fast ? 1 : max_failures;
  return most > 0 && failures >= most;
}

LocalRun::LocalRun(const ExecutionOptions& options, const std::string& trial_program, const std::string& checkpoints)
    : claims(cores_to_claim(options, jobs_of(options)), allowed_cores()) {
  auto execution = local_execution(options, trial_program, jobs_of(options), claims);
  execution.checkpoints = checkpoints;
  executor = make_process_pool(execution);
}

}  // namespace nero_bench
