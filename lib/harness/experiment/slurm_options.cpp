#include "harness/experiment/slurm_options.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace nero_bench {
namespace {

constexpr double kMostTasks = 100'000;

// The array and what it is known by later are ours; tasks write their logs themselves (slurm_commands.h).
constexpr std::array<std::string_view, 9> kOurs = {"array",    "clusters",  "error", "job-name", "output",
                                                   "parsable", "test-only", "wait",  "wrap"};

}  // namespace

std::string reason_against_sbatch_option(const std::string& option) {
  const auto name = std::string_view(option).substr(0, option.find('='));
  if (!name.starts_with("--") || name.size() < 3 || option.find('\0') != std::string::npos)
    return "write it as \"--name=value\", one option each";
  for (const auto ours : kOurs) {
    if (ours.starts_with(name.substr(2)))  // sbatch takes abbreviations
      return fmt::format("--{} is chosen by nero-bench; remove it", ours);
  }
  return "";
}

SlurmOptions parse_slurm(JsonReader& json) {
  SlurmOptions options;
  auto reader = json.optional_object("slurm");
  if (!reader) return options;
  options.partition = reader->optional("partition", options.partition);
  options.gres = reader->optional("gres", options.gres);
  options.time = reader->optional("time", options.time);
  options.signal = reader->optional("signal", options.signal);
  options.requeue = reader->optional("requeue", options.requeue);
  options.tasks = reader->optional("tasks", options.tasks, Range::between(1, kMostTasks));
  options.sbatch = reader->optional("sbatch", options.sbatch);
  for (const auto& option : options.sbatch) {
    const auto reason = reason_against_sbatch_option(option);
    if (!reason.empty()) reader->fail("sbatch", "further options of sbatch", fmt::format("'{}': {}", option, reason));
  }
  reader->finish();
  return options;
}

Json to_json(const SlurmOptions& options) {
  Json json{{"requeue", options.requeue}, {"tasks", options.tasks}};
  if (!options.partition.empty()) json["partition"] = options.partition;
  if (!options.gres.empty()) json["gres"] = options.gres;
  if (!options.time.empty()) json["time"] = options.time;
  if (!options.signal.empty()) json["signal"] = options.signal;
  if (!options.sbatch.empty()) json["sbatch"] = options.sbatch;
  return json;
}

}  // namespace nero_bench
