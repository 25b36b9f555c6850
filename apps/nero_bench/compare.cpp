#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "base/errors.h"
#include "commands.h"
#include "harness/analysis/comparison.h"
#include "harness/analysis/exact_comparison.h"
#include "harness/report/comparison_report.h"
#include "harness/report/exact_comparison_report.h"
#include "options.h"
#include "stored_records.h"

namespace nero_bench {
namespace {

struct CompareOptions {
  ExperimentOptions experiment;
  std::vector<std::string> others;
  std::vector<std::string> optimisers;
  std::vector<std::string> across;
  double margin = ComparisonOptions{}.margin;
  bool exact = false;
  std::string format = "table";

  ComparisonOptions comparison() const {
    return {.margin = margin, .across = std::set<std::string>(across.begin(), across.end())};
  }
};

// Whether two folders hold the same results to the last bit.
int compare_exactly(const CompareOptions& options) {
  const auto& first = options.experiment.experiment;
  if (options.others.size() != 1)
    throw ConfigError(fmt::format("--exact compares two results folders, not {}: nero-bench compare --exact {} {}",
                                  1 + options.others.size(), first,
                                  options.others.empty() ? "FOLDER" : options.others.front()));
  const auto& second = options.others.front();
  const auto left = whole_records_in(first);
  const auto right = whole_records_in(second);
  const ExactComparison comparison{exact_comparison(left, right), first, second, left.size(), right.size()};
  fmt::print("{}", render(comparison, parse_format(options.format)));
  return static_cast<int>(comparison.differences.empty() ? ExitCode::kDone : ExitCode::kRegression);
}

Run run_of(const ExperimentOptions& experiment) {
  auto config = experiment.load();
  auto records = records_in(experiment.results_folder(config));
  return {experiment.experiment, std::move(config), std::move(records)};
}

ComparisonResult compared(const CompareOptions& options) {
  if (!options.optimisers.empty() && !options.others.empty())
    throw ConfigError(
        fmt::format("--optimisers compares within one run: leave out {}, or leave out --optimisers to compare it with "
                    "{}",
                    fmt::join(options.others, " and "), options.experiment.experiment));
  std::vector<Run> runs{run_of(options.experiment)};
  if (!options.optimisers.empty()) return compare_optimisers(runs.front(), options.optimisers, options.comparison());
  for (const auto& other : options.others) {
    auto experiment = options.experiment;
    experiment.experiment = other;
    runs.push_back(run_of(experiment));
  }
  return compare_runs(runs, options.comparison());
}

int compare(const CompareOptions& options) {
  if (options.exact) return compare_exactly(options);
  const auto format = parse_format(options.format);
  if (options.others.empty() && options.optimisers.empty()) {
    const auto run = run_of(options.experiment);
    fmt::print("{}", render(summarise(run.config, run.records), format));
  } else {
    fmt::print("{}", render(compared(options), format));
  }
  return static_cast<int>(ExitCode::kDone);
}

}  // namespace

void add_compare_command(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand(
      "compare", "show the table of an experiment; compare runs, or optimisers of a run; with --exact bit by bit");
  const auto options = std::make_shared<CompareOptions>();
  options->experiment.add_to(*command);
  command->add_option("others", options->others, "further runs, each compared with the first");
  command
      ->add_option("--optimisers", options->optimisers,
                   "lines of the table to compare within a run, the baseline first")
      ->type_name("LINE")
      ->expected(1, CLI::detail::expected_max_vector_size);  // one is refused with the remedy
  command->add_option("--margin", options->margin, "what counts as the same, as a part of the baseline's mean")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command->add_option("--across", options->across, "compare although this kind of thing differs; the output says so")
      ->check(CLI::IsMember({"environment", "grid", "precision", "protocol", "task"}))
      ->allow_extra_args(false);
  command->add_flag("--exact", options->exact,
                    "equal to the last bit, but for timings, dates and process memory; exit code 3 if not");
  add_format_option(*command, options->format, format_names());
  command->footer(
      "p_welch and p_mann_whitney of csv and json are two-sided and adjusted by Holm's method for the rows of their "
      "metric; half_width_95 is of one row by itself.");
  command->callback([options, &chosen] { chosen = [options] { return compare(*options); }; });
}

}  // namespace nero_bench
