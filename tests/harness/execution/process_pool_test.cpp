#include <gmock/gmock.h>

#include <algorithm>

#include "harness/execution/scripted_pool.h"

namespace nero_bench {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

using ProcessPool = ScriptedPool;

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

}  // namespace
}  // namespace nero_bench
