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

// Two folders that are not there must not be found equal.
void expect_results(const std::string& folder) {
  std::error_code error;
  if (!std::filesystem::is_directory(std::filesystem::path(folder) / "records", error))
    throw ConfigError(folder +
                      ": not a results folder: there is no folder records in it; name the folder of one experiment");
}

std::vector<TrialRecord> records_in(const std::string& folder) {
  ResultsStore store(folder);
  auto records = store.records();
  for (const auto& problem : store.problems()) log_warning(problem);
  return records;
}

// Whether two folders hold the same results to the last bit.
int compare_exactly(const CompareOptions& options) {
  if (options.other.empty()) throw ConfigError("--exact compares two results folders: nero-bench compare --exact A B");
  for (const auto& folder : {options.experiment.experiment, options.other}) expect_results(folder);
  const auto left = records_in(options.experiment.experiment);
  const auto right = records_in(options.other);
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
