#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/errors.h"
#include "harness/execution/executor.h"
#include "harness/experiment/cells.h"
#include "harness/fixtures.h"

namespace nero_bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

// A process pool whose trial program is a shell script of the test's.
class ProcessPool : public ::testing::Test {
 protected:
  ProcessPool() : folder_(::testing::TempDir() + "process_pool_" + std::to_string(::getpid())) {
    std::filesystem::create_directories(folder_);
  }
  ~ProcessPool() override { std::filesystem::remove_all(folder_); }

  // The script finds the line of a trial's record in the file named like its seed.
  std::vector<TrialRecord> run(const std::string& script, const std::vector<TrialSpec>& trials, int jobs = 2,
                               ExecutionObserver observer = {}) {
    const auto program = folder_ + "/trial";
    std::ofstream(program) << "#!/bin/sh\nspec=$(cat)\ncd " << folder_ << "\n" << script << "\n";
    ::chmod(program.c_str(), 0755);
    for (const auto& trial : trials) {
      std::ofstream(folder_ + "/seed" + std::to_string(trial.seed))
          << to_line(RecordEvent{record_of(trial, TrialStatus::kCompleted, 0.5)}) << "\n";
    }
    std::vector<TrialRecord> records;
    LocalExecution execution;
    execution.trial_program = program;
    execution.jobs = jobs;
    observer.finished = [&](const TrialRecord& record) { records.push_back(record); };
    make_process_pool(execution)->run(trials, observer);
    return records;
  }

  static std::vector<TrialSpec> trials(int count) {
    auto spec = expand(parsed(small_config())).front().trial(0.1, 0);
    std::vector<TrialSpec> list;
    for (spec.seed = 0; spec.seed < count; ++spec.seed) list.push_back(spec);
    return list;
  }

  std::string folder_;
};

constexpr const char* kSeedOfSpec = R"(seed=$(echo "$spec" | sed 's/.*"seed":\([0-9]*\).*/\1/'))";

TEST_F(ProcessPool, HandsOnTheRecordOfEveryTrialOnce) {
  std::vector<std::int64_t> seeds;
  for (const auto& record : run(std::string(kSeedOfSpec) + "\ncat seed$seed", trials(5)))
    seeds.push_back(record.spec.seed);
  EXPECT_THAT(seeds, UnorderedElementsAre(0, 1, 2, 3, 4));
}

TEST_F(ProcessPool, NeverRunsMoreTrialsSideBySideThanJobs) {
  // Each trial leaves a mark while it runs and notes how many it saw.
  const auto script =
      std::string(kSeedOfSpec) +
      "\nmkdir running$seed; ls -d running* | wc -l >> seen; sleep 0.1; rmdir running$seed; cat seed$seed";
  run(script, trials(6), 2);
  std::ifstream seen(folder_ + "/seen");
  for (int count = 0; seen >> count;) EXPECT_LE(count, 2);
}

TEST_F(ProcessPool, AsksRightBeforeItStartsATrialAndLeavesOutWhatMayNot) {
  ExecutionObserver observer;
  std::vector<std::int64_t> asked;
  observer.may_start = [&](const TrialSpec& spec) {
    // One at a time: every trial that was allowed before has ended and left its mark.
    for (const auto seed : asked)
      EXPECT_EQ(std::filesystem::exists(folder_ + "/ran" + std::to_string(seed)), seed != 1);
    asked.push_back(spec.seed);
    return spec.seed != 1;
  };
  const auto records = run(std::string(kSeedOfSpec) + "\ntouch ran$seed; cat seed$seed", trials(4), 1, observer);
  EXPECT_EQ(records.size(), 3U);
  EXPECT_THAT(asked, ElementsAre(0, 1, 2, 3));
}

TEST_F(ProcessPool, EndsWhereNoTrialMayStart) {
  ExecutionObserver observer;
  observer.may_start = [](const TrialSpec&) { return false; };
  EXPECT_TRUE(run("exit 1", trials(3), 2, observer).empty());
}

TEST_F(ProcessPool, NeedsNoMoreDescriptorsForManyTrialsThanForFew) {
  ExecutionObserver observer;
  std::vector<std::ptrdiff_t> open;
  observer.may_start = [&](const TrialSpec&) {
    open.push_back(std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}));
    return true;
  };
  run(std::string(kSeedOfSpec) + "\ncat seed$seed", trials(200), 1, observer);
  EXPECT_EQ(open.back(), open[1]);
}

TEST_F(ProcessPool, MakesAFailedRecordOfAKilledProcessAndGoesOn) {
  const auto records = run(std::string(kSeedOfSpec) + "\n[ $seed = 1 ] && kill -9 $$\ncat seed$seed", trials(3));
  ASSERT_EQ(records.size(), 3U);
  int failed = 0;
  for (const auto& record : records) {
    if (record.status != TrialStatus::kFailed) continue;
    ++failed;
    EXPECT_EQ(record.spec.seed, 1);
    EXPECT_THAT(record.reason, HasSubstr("killed by signal 9"));
  }
  EXPECT_EQ(failed, 1);
}

TEST_F(ProcessPool, QuotesWhatADyingProgramSaid) {
  const auto records = run("echo 'the ground gave way' >&2; exit 70", trials(1));
  ASSERT_EQ(records.size(), 1U);
  EXPECT_THAT(records[0].reason, HasSubstr("exit status 70"));
  EXPECT_THAT(records[0].reason, HasSubstr("the ground gave way"));
}

TEST_F(ProcessPool, DoesNotBelieveOutputThatIsNoEvent) {
  const auto records = run("echo 'hello'; sleep 60", trials(1));
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].status, TrialStatus::kFailed);
  EXPECT_THAT(records[0].reason, HasSubstr("an event of nero-trial"));
}

TEST_F(ProcessPool, DoesNotBelieveTheRecordOfAnotherTrial) {
  const auto records = run("cat seed1", trials(2), 1);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].status, TrialStatus::kFailed);
  EXPECT_THAT(records[0].reason, HasSubstr("record of another trial"));
  EXPECT_EQ(records[1].status, TrialStatus::kCompleted);
}

TEST_F(ProcessPool, StopsAllWhereTheDataSetIsMissing) {
  EXPECT_THROW(run("echo 'error: data set not found' >&2; exit 4", trials(3)), DataError);
}

TEST_F(ProcessPool, StopsAllWhereTheSpecIsRefused) {
  EXPECT_THROW(run("echo 'error: at task: no' >&2; exit 2", trials(3)), ConfigError);
}

}  // namespace
}  // namespace nero_bench
