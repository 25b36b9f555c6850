#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "base/errors.h"
#include "base/log.h"
#include "commands.h"
#include "harness/analysis/exact_comparison.h"
#include "harness/report/exact_comparison_table.h"
#include "harness/results/results_store.h"
#include "options.h"

namespace nero_bench {
namespace {

struct CompareOptions {
  ExperimentOptions experiment;
  std::string other;
  bool exact = false;
  std::string format = "table";
};

std::vector<TrialRecord> records_in(const std::string& folder) {
  ResultsStore store(folder);
  auto records = store.records();
  for (const auto& problem : store.problems()) log_warning(problem);
  return records;
}

// Nothing is not equal to nothing, and what cannot be read is not equal to anything.
std::vector<TrialRecord> whole_records_in(const std::string& folder) {
  if (!std::filesystem::is_directory(folder))
    throw ConfigError(folder + ": no such folder; name the results folder of one experiment");
  ResultsStore store(folder);
  auto records = store.records();
  for (const auto& problem : store.problems()) log_error(problem);
  if (!store.problems().empty())
    throw StoreError(folder + ": holds files that are no records; mend or remove them first");
  if (records.empty()) throw ConfigError(folder + ": no records there; name the results folder of one experiment");
  return records;
}

// Whether two folders hold the same results to the last bit.
int compare_exactly(const CompareOptions& options) {
  if (options.other.empty()) throw ConfigError("--exact compares two results folders: nero-bench compare --exact A B");
  const auto left = whole_records_in(options.experiment.experiment);
  const auto right = whole_records_in(options.other);
  const auto differences = exact_comparison(left, right);
  fmt::print("{}", exact_comparison_table(differences, left.size(), right.size()));
  return static_cast<int>(differences.empty() ? ExitCode::kDone : ExitCode::kRegression);
}

int compare(const CompareOptions& options) {
  if (options.exact) return compare_exactly(options);
  if (!options.other.empty())
    throw ConfigError("two folders are compared with --exact: nero-bench compare --exact A B");
  const auto config = options.experiment.load();
  const auto records = records_in(options.experiment.results_folder(config));
  fmt::print("{}", render(summarise(config, records), parse_format(options.format)));
  return static_cast<int>(ExitCode::kDone);
}

}  // namespace

void add_compare_command(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand(
      "compare", "show the table of an experiment, or with --exact whether two results folders are equal");
  const auto options = std::make_shared<CompareOptions>();
  options->experiment.add_to(*command);
  command->add_option("other", options->other, "second results folder, with --exact");
  command->add_flag("--exact", options->exact,
                    "equal to the last bit, but for timings, dates and process memory; exit code 3 if not");
  add_format_option(*command, options->format, format_names());
  command->callback([options, &chosen] { chosen = [options] { return compare(*options); }; });
}

}  // namespace nero_bench
