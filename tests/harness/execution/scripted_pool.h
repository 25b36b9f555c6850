// How the tests of the process pool run scripts as trials.
#pragma once
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "harness/execution/executor.h"
#include "harness/experiment/cells.h"
#include "harness/fixtures.h"

namespace nero_bench {

// A process pool whose trial program is a shell script of the test's.
class ScriptedPool : public ::testing::Test {
 protected:
  ScriptedPool() : folder_(::testing::TempDir() + "process_pool_" + std::to_string(::getpid())) {
    std::filesystem::create_directories(folder_);
  }
  ~ScriptedPool() override { std::filesystem::remove_all(folder_); }

  // The script finds the line of a trial's record in the file named like its rate.
  std::vector<TrialRecord> run(const std::string& script, const std::vector<TrialSpec>& trials, int jobs = 2,
                               ExecutionObserver observer = {}) {
    LocalExecution execution;
    execution.slots.resize(static_cast<std::size_t>(jobs));
    return run(script, trials, execution, std::move(observer));
  }

  std::vector<TrialRecord> run(const std::string& script, const std::vector<TrialSpec>& trials,
                               LocalExecution execution, ExecutionObserver observer = {}) {
    const auto program = folder_ + "/trial";
    std::ofstream(program) << "#!/bin/sh\nspec=$(cat)\ncd " << folder_ << "\n" << script << "\n";
    ::chmod(program.c_str(), 0755);
    for (const auto& trial : trials) {
      std::ofstream(folder_ + "/seed" + std::to_string(trial.seed))
          << to_line(RecordEvent{record_of(trial, TrialStatus::kCompleted, 0.5)}) << "\n";
      auto interrupted = record_of(trial, TrialStatus::kInterrupted);
      interrupted.reason = "stopped on request";
      std::ofstream(folder_ + "/interrupted" + std::to_string(trial.seed)) << to_line(RecordEvent{interrupted}) << "\n";
      std::ofstream(folder_ + "/progress" + std::to_string(trial.seed))
          << to_line(ProgressEvent{trial_id(trial), 40, 200, 3, 0.25}) << "\n"
          << to_line(ProgressEvent{trial_id(trial), 41, 200, 3, std::numeric_limits<double>::quiet_NaN()}) << "\n";
    }
    std::vector<TrialRecord> records;
    execution.trial_program = program;
    observer.finished = [&](const TrialRecord& record) { records.push_back(record); };
    make_process_pool(execution)->run(trials, observer);
    return records;
  }

  static std::vector<TrialSpec> trials(int count) {
    auto spec = expand(parsed(small_config())).front().trial({0.1, {}}, 0);
    std::vector<TrialSpec> list;
    for (spec.seed = 0; spec.seed < count; ++spec.seed) list.push_back(spec);
    return list;
  }

  std::string folder_;
};

// Trials that obey or ignore SIGTERM for as long as a test may last.
inline constexpr const char* kObedient =
    R"(
trap 'cat interrupted$seed; exit 0' TERM
cat progress$seed
while :; do sleep 0.02; done)";
inline constexpr const char* kStubborn = R"(
trap '' TERM
cat progress$seed
while :; do sleep 0.02; done)";

inline constexpr const char* kSeedOfSpec = R"(seed=$(echo "$spec" | sed 's/.*"seed":\([0-9]*\).*/\1/'))";

inline std::map<std::int64_t, TrialStatus> statuses(const std::vector<TrialRecord>& records) {
  std::map<std::int64_t, TrialStatus> by_seed;
  for (const auto& record : records) by_seed[record.spec.seed] = record.status;
  return by_seed;
}

}  // namespace nero_bench
