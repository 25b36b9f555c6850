#pragma once
#include <CLI/CLI.hpp>

#include <span>
#include <string>

#include "trial/trial_record.h"

namespace nero_bench {

// Records in the formats of other tools, a folder or file a trial.
struct ExportOptions {
  std::string tensorboard;
  std::string mllog;

  void add_to(CLI::App& command);
  bool any() const { return !tensorboard.empty() || !mllog.empty(); }

  // What is there of the same trials is replaced. Throws StoreError.
  void write(std::span<const TrialRecord> records) const;
};

}  // namespace nero_bench
