// loop_bench: what the training loop and the loading of batches add to the steps of a trial.

#include <CLI/CLI.hpp>

#include <fstream>
#include <iostream>

#include "base/errors.h"
#include "learning/training/environment.h"
#include "turns.h"

namespace nero_bench {
namespace {

struct Options {
  int threads = 1;
  int rounds = 40;
  int block = 20;
  DataLocations data;
};

PreparedTrial read_trial() {
  const Json json = load_json("-");
  JsonReader reader(json, "standard input");
  auto spec = parse_trial_spec(reader);
  if (spec.task.at("name") != "image_classification")
    throw ConfigError("standard input: at task.name: only image_classification can be taken apart; give such a trial");
  spec.evaluate.clear();  // only steps are compared
  return prepare_trial(spec);
}

int bench(const Options& options) {
  const auto device = open_device("cpu");
  fix_arithmetic(options.threads);
  auto trial = read_trial();
  trial.spec.budget = {.steps = std::int64_t{options.block} * (options.rounds + kWarmUpRounds + 1)};

  Turns turns(trial, options.data, *device, {options.rounds, options.block});
  std::ofstream nowhere("/dev/null");
  TrialMonitor monitor;
  monitor.progress = [&](const ProgressEvent& event) { nowhere << to_line(event) << std::endl; };
  monitor.stop_requested = [&] { return turns.after_step_of_loop(); };
  run_trial(trial, options.data, *device, monitor);

  const Json json{{"spec", to_json(trial.spec)},
                  {"environment", describe_environment(*device)},
                  {"steps_a_block", options.block},
                  {"loop_step_seconds", turns.seconds().loop},
                  {"bare_step_seconds", turns.seconds().bare},
                  {"batch_seconds", turns.seconds().batch}};
  std::cout << json.dump() << std::endl;
  return static_cast<int>(ExitCode::kDone);
}

}  // namespace
}  // namespace nero_bench

int main(int argc, char** argv) {
  using namespace nero_bench;
  CLI::App app{
      "Times the steps of the trial on standard input (a spec, as in a record) in turns: in the training loop of "
      "nero-trial, and bare, with nothing around the task's own step; and how long a step waits for its batch. Prints "
      "JSON: seconds a step, the mean of each block."};
  Options options;
  app.add_option("--threads", options.threads, "threads of a step")->check(CLI::Range(1, 1024))->capture_default_str();
  app.add_option("--rounds", options.rounds, "counted rounds")->check(CLI::Range(1, 100'000))->capture_default_str();
  app.add_option("--block", options.block, "steps that each side takes in a round")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  app.add_option("--data-dir", options.data.data_dir, "folder that holds the data sets");
  app.add_option("--cache-dir", options.data.cache_dir, "folder of decoded data sets; none: no cache");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(ExitCode::kUsage);
  }
  return run_and_report_errors([&] { return bench(options); });
}
