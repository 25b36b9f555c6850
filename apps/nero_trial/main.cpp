// nero-trial: trains the trials it is handed. The only programs that link LibTorch are this one and, from the same
// sources, nero-trial-cuda.

#include <CLI/CLI.hpp>

#include "base/errors.h"
#include "commands.h"

int main(int argc, char** argv) {
  using namespace nero_bench;
  CLI::App app{
      "Trains the trials given on standard input, as nero-bench hands them over; events and records go to standard "
      "output."};
  TrialProgramOptions options;
  app.add_option("--device", options.device, "auto, cpu, cuda or cuda:<index>")->default_str("auto");
  app.add_option("--threads", options.threads, "threads within a trial")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  app.add_option("--data-dir", options.data_dir, "folder that holds the data sets");
  app.add_option("--cache-dir", options.cache_dir, "folder of decoded data sets; none: no cache");
  app.add_option("--checkpoints", options.checkpoints, "folder of checkpoints: what lies there is continued");
  app.add_option("--checkpoint-every", options.checkpoint_every, "steps (500) or a time (1m, 90s)")
      ->capture_default_str();
  app.add_flag("--cuda-graphs", options.cuda_graphs, "on a GPU, record a training step and replay it");
  bool check = false;
  bool schedule = false;
  bool describe = false;
  bool doctor = false;
  app.add_flag("--check", check, "only parse the specs and, with --device, look whether it will do");
  app.add_flag("--schedule", schedule, "print what the schedules make of the rates, step by step, as JSON");
  app.add_flag("--describe", describe, "list the components with their options, as JSON");
  app.add_flag("--doctor", doctor, "describe the environment, as JSON");
  app.add_option("--verify-data", options.data_set, "compare a data set with its published checksums");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(ExitCode::kUsage);
  }
  return run_and_report_errors([&] {
    if (check) return check_trials(options);
    if (schedule) return print_rate_sequences(options);
    if (describe) return describe_components();
    if (doctor) return describe_machine(options);
    if (!options.data_set.empty()) return verify_data(options);
    return train_trials(options);
  });
}
