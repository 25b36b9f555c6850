#include "slurm_flags.h"

#include "base/errors.h"

namespace nero_bench {

void SlurmFlags::add_to(CLI::App& command) {
  const auto group = "Options of --executor slurm (or of the config's key \"slurm\")";
  command.add_option("--partition", partition, "where the tasks run")->group(group);
  command.add_option("--gres", gres, "what else a task gets, such as gpu:1")->group(group);
  command.add_option("--time", time, "how long a task may take, such as 2:00:00")->group(group);
  command.add_option("--signal", signal, "warning before that, such as USR1@60: trials are then saved")->group(group);
  command
      .add_flag_callback(
          "--requeue", [this] { requeue = true; }, "put a task back into the queue when its node fails or is needed")
      ->group(group);
  command
      .add_flag_callback(
          "--no-requeue", [this] { requeue = false; }, "do not, whatever the config says")
      ->group(group);
  command.add_option("--tasks", tasks, "tasks of the job array, at most (16)")
      ->check(CLI::Range(1, 100'000))
      ->group(group);
  command.add_option("--sbatch", sbatch, "a further option of sbatch, as in --sbatch=--account=physics")
      ->type_name("=--NAME=VALUE")
      ->allow_extra_args(false)
      ->check([](const std::string& option) { return reason_against_sbatch_option(option); })
      ->group(group);
  options = command.get_options([&](const CLI::Option* option) { return option->get_group() == group; });
}

void SlurmFlags::refuse() const {
  for (const auto* option : options) {
    if (option->count() > 0)
      throw ConfigError(option->get_name() + ": only --executor slurm obeys it; add that, or leave it out");
  }
}

SlurmOptions SlurmFlags::over(SlurmOptions config) const {
  config.partition = partition.value_or(config.partition);
  config.gres = gres.value_or(config.gres);
  config.time = time.value_or(config.time);
  config.signal = signal.value_or(config.signal);
  config.requeue = requeue.value_or(config.requeue);
  config.tasks = tasks.value_or(config.tasks);
  config.sbatch.insert(config.sbatch.end(), sbatch.begin(), sbatch.end());
  return config;
}

}  // namespace nero_bench
