#include "export_options.h"

#include <filesystem>

#include "base/files.h"
#include "harness/exports/mllog.h"
#include "harness/exports/tensorboard.h"

namespace nero_bench {

void ExportOptions::add_to(CLI::App& command) {
  command.add_option("--tensorboard", tensorboard, "write event files for TensorBoard there, a folder a trial")
      ->type_name("DIR");
  command.add_option("--mllog", mllog, "write log lines in MLPerf's style there, a file a trial")->type_name("DIR");
}

void ExportOptions::write(std::span<const TrialRecord> records) const {
  for (const auto& record : records) {
    if (!tensorboard.empty()) {
      const auto folder = std::filesystem::path(tensorboard) / record.id();
      ensure_folder(folder);
      write_atomically(folder / event_file_name(record), event_file(record), true);
    }
    if (!mllog.empty()) {
      ensure_folder(mllog);
      write_atomically(std::filesystem::path(mllog) / (record.id() + ".log"), mllog_lines(record), true);
    }
  }
}

}  // namespace nero_bench
