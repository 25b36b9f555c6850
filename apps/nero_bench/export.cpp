#include <fmt/format.h>

#include <memory>

#include "base/errors.h"
#include "base/log.h"
#include "commands.h"
#include "export_options.h"
#include "options.h"
#include "stored_records.h"

namespace nero_bench {
namespace {

struct ExportCommandOptions {
  ExperimentOptions experiment;
  ExportOptions formats;
};

int export_command(const ExportCommandOptions& options) {
  if (!options.formats.any()) throw ConfigError("export: name what to write: --tensorboard DIR, --mllog DIR, or both");
  const auto config = options.experiment.load();
  const auto records = records_in(options.experiment.results_folder(config));
  options.formats.write(records);
  log_info(fmt::format("{} records exported", records.size()));
  return static_cast<int>(ExitCode::kDone);
}

}  // namespace

void add_export_command(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("export", "write records for other tools: TensorBoard, MLPerf-style logs");
  const auto options = std::make_shared<ExportCommandOptions>();
  options->experiment.add_to(*command);
  options->formats.add_to(*command);
  command->callback([options, &chosen] { chosen = [options] { return export_command(*options); }; });
}

}  // namespace nero_bench
