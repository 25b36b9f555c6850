#include <fmt/format.h>

#include <memory>

#include "base/errors.h"
#include "base/log.h"
#include "commands.h"
#include "harness/report/analysis_table.h"
#include "harness/results/results_store.h"
#include "options.h"

namespace nero_bench {
namespace {

struct AnalyseOptions {
  ExperimentOptions experiment;
  AnalysisOptions analysis;
  std::string format = "table";
};

int analyse(const AnalyseOptions& options) {
  const auto config = options.experiment.load();
  ResultsStore store(options.experiment.results_folder(config));
  const auto records = store.records();
  for (const auto& problem : store.problems()) log_warning(problem);
  fmt::print("{}", render(analyse(config, records, options.analysis), parse_format(options.format)));
  return static_cast<int>(ExitCode::kDone);
}

}  // namespace

void add_analyse_command(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("analyse", "how much tuning each optimiser of an experiment needs, and its cost");
  const auto options = std::make_shared<AnalyseOptions>();
  auto& analysis = options->analysis;
  options->experiment.add_to(*command);
  command
      ->add_option("--margin", analysis.margin,
                   "share of the constant prediction's error by which a rate must beat it to count as learning")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command->add_option("--tolerance", analysis.tolerance, "how far to the constant prediction's error a rate is usable")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command->add_option("--window", analysis.window, "decades on each side of the best rate")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--confidence", analysis.confidence, "of intervals and bands")
      ->check(CLI::Range(0.5, 0.999))
      ->capture_default_str();
  command->add_option("--trivial-score", analysis.trivial_score,
                      "score of the best constant prediction, where records do not say it");
  command->add_option("--target", analysis.target_score,
                      "score to be reached; else nine tenths of the way to the best of the task");
  add_format_option(*command, options->format, format_names());
  command->callback([options, &chosen] { chosen = [options] { return analyse(*options); }; });
}

}  // namespace nero_bench
