#include "options.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "base/errors.h"

namespace nero_bench {

void ExperimentOptions::add_to(CLI::App& command) {
  command.add_option("experiment", experiment, "config file (- for standard input), or the folder of its results")
      ->required();
  command.add_option("--set", overrides, "override a value of the config, as in --set budget.epochs=1")
      ->type_name("PATH=VALUE");
  command.add_option("--results", results, "folder that holds the results folders")->capture_default_str();
}

ExperimentConfig ExperimentOptions::load() const {
  if (!std::filesystem::is_directory(experiment)) return load_experiment(experiment, overrides);
  const auto config = std::filesystem::path(experiment) / "config.json";
  if (!std::filesystem::exists(config)) {
    throw ConfigError(
        experiment +
        ": not a results folder: there is no config.json in it; name a config file or the folder of one experiment");
  }
  return load_experiment(config.string(), overrides);
}

std::string ExperimentOptions::results_folder(const ExperimentConfig& config) const {
  if (std::filesystem::is_directory(experiment)) return experiment;
  return (std::filesystem::path(results) / config.name).string();
}

void MachineOptions::add_to(CLI::App& command) {
  command.add_option("--device", device, "auto, cpu, cuda or cuda:<index>")->capture_default_str();
  command.add_option("--data-dir", data_dir, "folder that holds the data sets (else NERO_BENCH_DATA)");
  command.add_option(
      "--cache-dir", cache_dir,
      "folder of decoded data sets (else NERO_BENCH_CACHE, then ~/.cache/nero-bench/data); none: no cache");
}

bool can_be_redrawn(int descriptor) {
  const char* terminal = std::getenv("TERM");
  const char* no_colour = std::getenv("NO_COLOR");
  return ::isatty(descriptor) == 1 && terminal != nullptr && std::string_view(terminal) != "dumb" &&
         (no_colour == nullptr || *no_colour == '\0');
}

void add_format_option(CLI::App& command, std::string& format, const std::vector<std::string>& names) {
  command.add_option("--format", format, "how to print the result")->check(CLI::IsMember(names))->capture_default_str();
}

}  // namespace nero_bench
