#include "harness/report/report.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <memory>

#include "base/errors.h"
#include "base/files.h"
#include "base/log.h"
#include "commands.h"
#include "harness/report/flat_table.h"
#include "harness/report/json_values.h"
#include "harness/report/trial_rows.h"
#include "harness/report/vega_lite.h"
#include "options.h"
#include "stored_records.h"

namespace nero_bench {
namespace {

struct ReportOptions {
  ExperimentOptions experiment;
  AnalysisOptions analysis;
  std::string output;
  std::string format;
};

const std::vector<std::string>& report_formats() {
  static const std::vector<std::string> names{"html", "md", "csv", "jsonl", "sql", "vega-lite"};
  return names;
}

// What was asked for, else what the file's ending says, else HTML. Throws ConfigError for an ending of something else.
std::string chosen_format(const ReportOptions& options) {
  if (!options.format.empty()) return options.format;
  const auto ending = CLI::detail::to_lower(std::filesystem::path(options.output).extension().string());
  if (ending.empty()) return "html";
  if (ending == ".json") return "vega-lite";
  for (const auto& name : report_formats()) {
    if (ending == "." + name) return name;
  }
  throw ConfigError(
      fmt::format("-o {}: expected an ending that says the format (.html, .md, .json, .csv, .jsonl or .sql), found "
                  "{}; change it, or name the format, as in --format html",
                  options.output, ending));
}

std::string rendered(const ReportOptions& options) {
  const auto format = chosen_format(options);
  const auto config = options.experiment.load();
  const auto records = records_in(options.experiment.results_folder(config));
  if (format == "csv") return csv(flattened(trial_rows(records)));
  if (format == "sql") return trial_sql(records);
  if (format == "jsonl") return json_lines(trial_rows(records));
  const auto content = report_content(config, records, options.analysis);
  if (format == "vega-lite") return dump(vega_lite(content), 1) + "\n";
  return format == "md" ? report_markdown(content) : report_html(content);
}

int report(const ReportOptions& options) {
  const auto text = rendered(options);
  if (options.output.empty() || options.output == "-") {
    fmt::print("{}", text);
  } else {
    write_atomically(options.output, text, /*overwrite=*/true);
    log_info(fmt::format("{}: written", options.output));
  }
  return static_cast<int>(ExitCode::kDone);
}

}  // namespace

void add_report_command(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand(
      "report", "conclusions, pictures and tables of an experiment on one page that needs nothing else");
  const auto options = std::make_shared<ReportOptions>();
  options->experiment.add_to(*command);
  command->add_option("-o,--output", options->output, "file to write; else the report is printed")->type_name("FILE");
  command
      ->add_option(
          "--format", options->format,
          "html, md (for a pull request), vega-lite (the pictures as JSON), or a row a trial as csv, jsonl, sql; "
          "else by the ending of the file; html where there is none")
      ->check(CLI::IsMember(report_formats()));
  command->add_option("--trivial-score", options->analysis.trivial_score,
                      "score of the best constant prediction, where records do not say it");
  command->callback([options, &chosen] { chosen = [options] { return report(*options); }; });
}

}  // namespace nero_bench
