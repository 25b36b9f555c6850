#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>

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
constexpr const char* kObedient =
    R"(
trap 'cat interrupted$seed; exit 0' TERM
cat progress$seed
while :; do sleep 0.02; done)";
constexpr const char* kStubborn = R"(
trap '' TERM
cat progress$seed
while :; do sleep 0.02; done)";

constexpr const char* kSeedOfSpec = R"(seed=$(echo "$spec" | sed 's/.*"seed":\([0-9]*\).*/\1/'))";

TEST_F(ProcessPool, HandsOnTheRecordOfEveryTrialOnce) {
  std::vector<std::int64_t> seeds;
  for (const auto& record : run(std::string(kSeedOfSpec) + "\ncat seed$seed", trials(5)))
    seeds.push_back(record.spec.seed);
  EXPECT_THAT(seeds, UnorderedElementsAre(0, 1, 2, 3, 4));
}

TEST_F(ProcessPool, TellsWhatSeveralTrialsWarnOfInTheSameWordsOnce) {
  ::testing::internal::CaptureStderr();
  const auto script = "\necho 'warning: no cache' >&2; [ $seed = 2 ] && echo 'warning: hot' >&2; cat seed$seed";
  EXPECT_EQ(run(kSeedOfSpec + std::string(script), trials(4), 1).size(), 4);
  const auto said = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 2) << said;  // that of the first, and the other of the third
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

std::map<std::int64_t, TrialStatus> statuses(const std::vector<TrialRecord>& records) {
  std::map<std::int64_t, TrialStatus> by_seed;
  for (const auto& record : records) by_seed[record.spec.seed] = record.status;
  return by_seed;
}

// Seed 1 misbehaves; its siblings end at once.
std::string misbehaving(const std::string& script) {
  return std::string(kSeedOfSpec) + "\nif [ $seed != 1 ]; then cat seed$seed; exit 0; fi\n" + script;
}

TEST_F(ProcessPool, AsksATrialToStopAtItsTimeLimitAndKeepsWhatItMeasured) {
  LocalExecution execution;
  execution.time_limit = 2;
  const auto records = run(misbehaving(kObedient), trials(3), execution);
  EXPECT_EQ(statuses(records),
            (std::map<std::int64_t, TrialStatus>{
                {0, TrialStatus::kCompleted}, {1, TrialStatus::kTimedOut}, {2, TrialStatus::kCompleted}}));
  const auto& timed_out = records[1];
  EXPECT_EQ(timed_out.steps, 200);
  EXPECT_EQ(timed_out.curve.size(), 2U);
  EXPECT_THAT(timed_out.reason, HasSubstr("the time limit of 2 s"));
  EXPECT_THAT(timed_out.reason, HasSubstr("stopped on request"));
}

TEST_F(ProcessPool, KillsATrialThatOutlivesItsTimeLimitAndKeepsWhatItTold) {
  LocalExecution execution;
  execution.time_limit = 2;
  execution.grace = 0.1;
  const auto records = run(misbehaving(kStubborn), trials(3), execution);
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[1].status, TrialStatus::kTimedOut);
  EXPECT_EQ(records[1].steps, 41);
  EXPECT_THAT(records[1].reason, HasSubstr("last finite loss 0.25"));
  EXPECT_EQ(records[2].status, TrialStatus::kCompleted);
}

TEST_F(ProcessPool, EndsATrialThatHasClosedItsOutputAndLivesOn) {
  LocalExecution execution;
  execution.time_limit = 2;
  execution.grace = 0.1;
  const auto records = run("trap '' TERM; exec >&- 2>&-; while :; do sleep 0.02; done", trials(1), execution);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].status, TrialStatus::kTimedOut);
}

TEST_F(ProcessPool, DoesNotWaitForATrialThatLivesOnAfterItsRecord) {
  LocalExecution execution;
  execution.grace = 0.1;
  const auto records = run(std::string(kSeedOfSpec) + "\ncat seed$seed; trap '' TERM; while :; do sleep 0.02; done",
                           trials(1), execution);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].status, TrialStatus::kCompleted);
}

TEST_F(ProcessPool, DoesNotWaitForWhatATrialLeftRunning) {
  const auto records = run(std::string(kSeedOfSpec) + "\nsleep 1000 & cat seed$seed", trials(1));
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].status, TrialStatus::kCompleted);
}

TEST_F(ProcessPool, TellsHowFarACrashedTrialWas) {
  const auto records = run(std::string(kSeedOfSpec) + "\ncat progress$seed; kill -SEGV $$", trials(1));
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].status, TrialStatus::kFailed);
  EXPECT_EQ(records[0].steps, 41);
  EXPECT_THAT(records[0].reason, HasSubstr("killed by signal 11 (Segmentation fault)"));
  EXPECT_THAT(records[0].reason, HasSubstr("after step 41 (epoch 3), last finite loss 0.25"));
}

TEST_F(ProcessPool, CallsAnAbortForWantOfMemoryOutOfMemory) {
  const auto records = run("echo \"terminate called after throwing 'std::bad_alloc'\" >&2; kill -ABRT $$", trials(1));
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].status, TrialStatus::kOutOfMemory);
  EXPECT_THAT(records[0].reason, HasSubstr("Aborted"));
}

TEST_F(ProcessPool, HasATrialRunOutOfMemoryAtItsLimitAndSparesItsSiblings) {
  LocalExecution execution;
  execution.memory_limit = 256 << 20;
  const auto allocating = "exec python3 -c 'data = bytearray(1 << 30)'";
  EXPECT_EQ(
      statuses(run(misbehaving("exec python3 -c '\nimport sys\ntry: data = bytearray(1 << 30)\nexcept MemoryError: "
                               "sys.exit(\"Cannot allocate memory\")'"),
                   trials(3), execution)),
      (std::map<std::int64_t, TrialStatus>{
          {0, TrialStatus::kCompleted}, {1, TrialStatus::kOutOfMemory}, {2, TrialStatus::kCompleted}}));
  execution.memory_limit = 0;  // the same trial without a limit fails for its lack of a record only
  EXPECT_EQ(statuses(run(misbehaving(allocating), trials(2), execution))[1], TrialStatus::kFailed);
}

TEST_F(ProcessPool, StopsTheRunningTrialsWhenItIsNoLongerWanted) {
  LocalExecution execution;
  execution.slots.resize(2);
  ExecutionObserver observer;
  int told = 0;
  observer.progress = [&](const ProgressEvent&) { ++told; };
  observer.stop_wanted = [&] { return told > 0; };
  EXPECT_EQ(statuses(run(std::string(kSeedOfSpec) + kObedient, trials(1), execution, observer)),
            (std::map<std::int64_t, TrialStatus>{{0, TrialStatus::kInterrupted}}));
}

TEST_F(ProcessPool, KillsAStubbornTrialThatIsNoLongerWantedAndStartsNoOther) {
  LocalExecution execution;
  execution.grace = 0.1;
  ExecutionObserver observer;
  int told = 0;
  observer.progress = [&](const ProgressEvent&) { ++told; };
  observer.stop_wanted = [&] { return told > 0; };
  EXPECT_TRUE(run(std::string(kSeedOfSpec) + kStubborn, trials(3), execution, observer).empty());
}

TEST_F(ProcessPool, LeavesOutTrialsThatMayNotStart) {
  ExecutionObserver observer;
  observer.may_start = [](const TrialSpec& spec) { return spec.seed % 2 == 1; };
  std::vector<std::int64_t> seeds;
  for (const auto& record : run(std::string(kSeedOfSpec) + "\ncat seed$seed", trials(5), LocalExecution{}, observer))
    seeds.push_back(record.spec.seed);
  EXPECT_THAT(seeds, UnorderedElementsAre(1, 3));
}

TEST_F(ProcessPool, GivesEachTrialTheDeviceAndCoresOfItsSlot) {
  const auto allowed = allowed_cores();
  ASSERT_FALSE(allowed.empty());
  LocalExecution execution;
  execution.slots = {{{allowed.back()}, "cuda:7"}};
  run(std::string(kSeedOfSpec) + "\necho $2 > device; grep Cpus_allowed_list /proc/self/status > cores; cat seed$seed",
      trials(1), execution);
  std::string device;
  std::ifstream(folder_ + "/device") >> device;
  EXPECT_EQ(device, "cuda:7");
  std::string label;
  int core = -1;
  std::ifstream(folder_ + "/cores") >> label >> core;
  EXPECT_EQ(core, allowed.back());
}

TEST_F(ProcessPool, EndsATrialThatWritesGarbageWithoutEnd) {
  const auto records = run("yes", trials(1));
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].status, TrialStatus::kFailed);
  EXPECT_THAT(records[0].reason, HasSubstr("because of what it sent"));
}

}  // namespace
}  // namespace nero_bench
