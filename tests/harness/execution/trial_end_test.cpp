#include "harness/execution/trial_end.h"

#include <gmock/gmock.h>
#include <signal.h>

#include <cmath>

#include "harness/experiment/cells.h"
#include "harness/fixtures.h"

namespace nero_bench {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

TrialRecord record_for(const TrialEnd& end) {
  return record_of_end(expand(parsed(small_config())).front().trial({0.1, {}}, 0), end);
}

constexpr int exited(int code) { return code << 8; }  // as waitpid() tells it

TEST(RecordOfEnd, IsAValidRecord) {
  const auto record = record_for({.status = SIGSEGV});
  EXPECT_EQ(parse_trial_record(to_json(record), "test").reason, record.reason);
}

TEST(RecordOfEnd, TellsAnOutOfMemoryKillFromOthers) {
  const auto by_kernel = record_for({.status = SIGKILL, .by_oom_killer = true});
  EXPECT_EQ(by_kernel.status, TrialStatus::kOutOfMemory);
  EXPECT_THAT(by_kernel.reason, HasSubstr("by the kernel's out-of-memory killer"));
  const auto by_others = record_for({.status = SIGKILL, .by_oom_killer = false});
  EXPECT_EQ(by_others.status, TrialStatus::kFailed);
  EXPECT_THAT(by_others.reason, Not(HasSubstr("memory")));
  const auto unknown = record_for({.status = SIGKILL});
  EXPECT_EQ(unknown.status, TrialStatus::kFailed);
  EXPECT_THAT(unknown.reason, HasSubstr("killed by signal 9 (Killed) (often the kernel's out-of-memory killer)"));
}

TEST(RecordOfEnd, BlamesTheKillerForKillsOnly) {
  EXPECT_EQ(record_for({.status = SIGSEGV, .by_oom_killer = true}).status, TrialStatus::kFailed);
}

TEST(RecordOfEnd, TakesAProgramAtItsWordThatThereWasNoMemory) {
  for (const char* said : {"terminate called after throwing an instance of 'std::bad_alloc'",
                           "DefaultCPUAllocator: can't allocate memory: you tried to allocate 4 bytes",
                           "CUDA out of memory. Tried to allocate 20.00 GiB"}) {
    EXPECT_EQ(record_for({.status = SIGABRT, .said = said}).status, TrialStatus::kOutOfMemory) << said;
  }
  EXPECT_EQ(record_for({.status = exited(70), .said = "std::bad_alloc"}).status, TrialStatus::kOutOfMemory);
  EXPECT_EQ(record_for({.status = SIGABRT, .said = "assertion failed"}).status, TrialStatus::kFailed);
}

TEST(RecordOfEnd, PutsTheTimeLimitBeforeTheSignalThatEnforcedIt) {
  const auto record = record_for({.status = SIGKILL, .time_limit = 90, .by_oom_killer = false});
  EXPECT_EQ(record.status, TrialStatus::kTimedOut);
  EXPECT_THAT(record.reason, HasSubstr("the time limit of 90 s (--trial-timeout)"));
}

TEST(RecordOfEnd, TellsTheLastStepAndTheLastLossThatWasANumber) {
  LastProgress last;
  last.update({"", 10, 100, 1, 0.5});
  last.update({"", 20, 100, 2, std::nan("")});
  const auto record = record_for({.status = SIGSEGV, .last = last});
  EXPECT_EQ(record.steps, 20);
  EXPECT_THAT(record.reason, EndsWith("after step 20 (epoch 2), last finite loss 0.5"));
  EXPECT_THAT(record_for({.status = SIGSEGV}).reason, EndsWith("before it told of a step"));
}

TEST(RecordAtTimeLimit, LeavesWhatEndedByItself) {
  const auto spec = expand(parsed(small_config())).front().trial({0.1, {}}, 0);
  for (const auto status : {TrialStatus::kCompleted, TrialStatus::kDiverged, TrialStatus::kOutOfMemory}) {
    EXPECT_EQ(record_at_time_limit(record_of(spec, status), 5).status, status);
  }
  EXPECT_EQ(record_at_time_limit(record_of(spec, TrialStatus::kInterrupted), 5).status, TrialStatus::kTimedOut);
}

}  // namespace
}  // namespace nero_bench
