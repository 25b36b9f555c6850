#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "base/errors.h"
#include "base/files.h"
#include "base/log.h"
#include "commands.h"
#include "harness/analysis/reference_update.h"
#include "harness/report/check_report.h"
#include "harness/report/escapes.h"
#include "harness/report/json_values.h"
#include "options.h"
#include "stored_records.h"

namespace nero_bench {
namespace {

struct CheckCommandOptions {
  ExperimentOptions experiment;
  std::string against;
  bool strict = false;
  bool update = false;
  bool across_protocols = false;
  std::string format = "table";
};

// Messages quote names of the reference and the records, which may hold anything.
void warn(const std::string& text) { log_warning(shown_text(text, 500)); }

Json to_json(const MadeReference& made, const std::string& file) {
  Json left_out = Json::array();
  for (const auto& [name, reason] : made.left_out) left_out.push_back({{"name", name}, {"reason", reason}});
  return {{"reference", file}, {"left_out", left_out}, {"notes", made.notes}};
}

int update(const CheckCommandOptions& options, const ExperimentConfig& config, std::span<const TrialRecord> records) {
  const bool is_there = std::filesystem::exists(options.against);
  const auto made = is_there ? updated_reference(load_json(options.against), options.against, records)
                             : new_reference(config.name, config.protocol.select.name(), records);
  for (const auto& note : made.notes) warn(note);
  parse_reference(made.content, options.against);  // what is written can be read
  write_atomically(options.against, made.content.dump(2, ' ', false, Json::error_handler_t::replace) + "\n", true);
  log_info(fmt::format("{}: {}", options.against, is_there ? "measured anew" : "written"));
  if (parse_check_format(options.format) == CheckFormat::kJson)
    fmt::print("{}\n", dump(to_json(made, options.against), 2));
  return static_cast<int>(ExitCode::kDone);
}

void report_regressions(const CheckResult& result, bool strict) {
  for (const auto& finding : result.findings) {
    const bool failed = finding.verdict == Verdict::kWorse || (strict && finding.verdict != Verdict::kReproduced);
    if (!failed) continue;
    log_error(fmt::format("{}: {}: {}", word_for(finding.verdict), shown_text(finding.name), sentence_for(finding)));
  }
}

int check_command(const CheckCommandOptions& options) {
  const auto config = options.experiment.load();
  const auto records = records_in(options.experiment.results_folder(config));
  if (options.update) return update(options, config, records);
  const auto result = check(load_reference(options.against), records, {.across_protocols = options.across_protocols});
  fmt::print("{}", render(result, parse_check_format(options.format), options.strict));
  const bool passed = passes(result, options.strict);
  if (!passed) report_regressions(result, options.strict);
  return static_cast<int>(passed ? ExitCode::kDone : ExitCode::kRegression);
}

}  // namespace

void add_check_command(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand(
      "check",
      "compare results with a reference file: figures within margins, and claims; exit code 3 for a regression");
  const auto options = std::make_shared<CheckCommandOptions>();
  options->experiment.add_to(*command);
  command->add_option("--against", options->against, "reference file, as in results/published")->required();
  command->add_flag("--strict", options->strict, "exit code 3 for anything that is not reproduced");
  auto* writes =
      command->add_flag("--update", options->update,
                        "write the reference from the results: a new file, or the figures of an old one measured anew");
  command
      ->add_flag("--across-protocols", options->across_protocols,
                 "compare although the reference was made by another protocol; the output says so")
      ->excludes(writes);
  add_format_option(*command, options->format, check_format_names());
  command->callback([options, &chosen] { chosen = [options] { return check_command(*options); }; });
}

}  // namespace nero_bench
