#include <fmt/format.h>

#include <memory>

#include "base/log.h"
#include "base/text.h"
#include "commands.h"
#include "harness/experiment/selection.h"
#include "harness/results/results_store.h"
#include "options.h"

namespace nero_bench {
namespace {

struct StatusOptions {
  ExperimentOptions experiment;
  std::string format = "table";
};

Json failure_to_json(const TrialRecord& record) {
  return {{"id", record.id()},
          {"status", to_string(record.status)},
          {"reason", record.reason},
          {"spec", to_json(record.spec)}};
}

void print_table(const StatusCounts& counts, const std::vector<const TrialRecord*>& failures) {
  fmt::print("{:>6} completed\n{:>6} diverged\n{:>6} failed, timed out or out of memory\n{:>6} to run\n",
             counts.completed, counts.diverged, counts.failures(), counts.missing + counts.interrupted);
  for (const auto* record : failures) {
    fmt::print("\n{}\n  {}: {}\n", record->id(), to_string(record->status), printable(shortened(record->reason, 2000)));
  }
}

int status(const StatusOptions& options) {
  const auto config = options.experiment.load();
  ResultsStore store(options.experiment.results_folder(config));
  const auto& records = store.records();
  for (const auto& problem : store.problems()) log_warning(problem);
  const auto counts = summarise(config, records).totals;
  const auto planned = trial_ids(config);
  std::vector<const TrialRecord*> failures;
  for (const auto& record : records) {
    if (is_failure(record.status) && planned.contains(record.id())) failures.push_back(&record);
  }
  if (options.format == "table") {
    print_table(counts, failures);
    return 0;
  }
  Json json{{"experiment", config.name},     {"folder", store.folder().string()},
            {"completed", counts.completed}, {"diverged", counts.diverged},
            {"failed", counts.failures()},   {"to_run", counts.missing + counts.interrupted},
            {"failures", Json::array()},     {"problems", store.problems()}};
  for (const auto* record : failures) json["failures"].push_back(failure_to_json(*record));
  fmt::print("{}\n", json.dump(2));
  return 0;
}

}  // namespace

void add_status_command(CLI::App& app, Action& chosen) {
  auto* command =
      app.add_subcommand("status", "count the trials of an experiment by how they ended, and say why some failed");
  const auto options = std::make_shared<StatusOptions>();
  options->experiment.add_to(*command);
  add_format_option(*command, options->format, {"table", "json"});
  command->callback([options, &chosen] { chosen = [options] { return status(*options); }; });
}

}  // namespace nero_bench
