#include <gmock/gmock.h>

#include "base/errors.h"
#include "harness/execution/scripted_pool.h"

namespace nero_bench {
namespace {

using ::testing::HasSubstr;

using TrialProcess = ScriptedPool;

// Seed 1 misbehaves; its siblings end at once.
std::string misbehaving(const std::string& script) {
  return std::string(kSeedOfSpec) + "\nif [ $seed != 1 ]; then cat seed$seed; exit 0; fi\n" + script;
}

TEST_F(TrialProcess, MakesAFailedRecordOfAKilledProcessAndGoesOn) {
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

TEST_F(TrialProcess, QuotesWhatADyingProgramSaid) {
  const auto records = run("echo 'the ground gave way' >&2; exit 70", trials(1));
  ASSERT_EQ(records.size(), 1U);
  EXPECT_THAT(records[0].reason, HasSubstr("exit status 70"));
  EXPECT_THAT(records[0].reason, HasSubstr("the ground gave way"));
}

TEST_F(TrialProcess, DoesNotBelieveOutputThatIsNoEvent) {
  const auto records = run("echo 'hello'; sleep 60", trials(1));
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].status, TrialStatus::kFailed);
  EXPECT_THAT(records[0].reason, HasSubstr("an event of nero-trial"));
}

TEST_F(TrialProcess, DoesNotBelieveTheRecordOfAnotherTrial) {
  const auto records = run("cat seed1", trials(2), 1);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].status, TrialStatus::kFailed);
  EXPECT_THAT(records[0].reason, HasSubstr("record of another trial"));
  EXPECT_EQ(records[1].status, TrialStatus::kCompleted);
}

TEST_F(TrialProcess, StopsAllWhereTheDataSetIsMissing) {
  EXPECT_THROW(run("echo 'error: data set not found' >&2; exit 4", trials(3)), DataError);
}

TEST_F(TrialProcess, StopsAllWhereTheSpecIsRefused) {
  EXPECT_THROW(run("echo 'error: at task: no' >&2; exit 2", trials(3)), ConfigError);
}

TEST_F(TrialProcess, AsksATrialToStopAtItsTimeLimitAndKeepsWhatItMeasured) {
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

TEST_F(TrialProcess, KillsATrialThatOutlivesItsTimeLimitAndKeepsWhatItTold) {
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

TEST_F(TrialProcess, EndsATrialThatHasClosedItsOutputAndLivesOn) {
  LocalExecution execution;
  execution.time_limit = 2;
  execution.grace = 0.1;
  const auto records = run("trap '' TERM; exec >&- 2>&-; while :; do sleep 0.02; done", trials(1), execution);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].status, TrialStatus::kTimedOut);
}

TEST_F(TrialProcess, DoesNotWaitForATrialThatLivesOnAfterItsRecord) {
  LocalExecution execution;
  execution.grace = 0.1;
  const auto records = run(std::string(kSeedOfSpec) + "\ncat seed$seed; trap '' TERM; while :; do sleep 0.02; done",
                           trials(1), execution);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].status, TrialStatus::kCompleted);
}

TEST_F(TrialProcess, DoesNotWaitForWhatATrialLeftRunning) {
  const auto records = run(std::string(kSeedOfSpec) + "\nsleep 1000 & cat seed$seed", trials(1));
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].status, TrialStatus::kCompleted);
}

TEST_F(TrialProcess, TellsHowFarACrashedTrialWas) {
  const auto records = run(std::string(kSeedOfSpec) + "\ncat progress$seed; kill -SEGV $$", trials(1));
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].status, TrialStatus::kFailed);
  EXPECT_EQ(records[0].steps, 41);
  EXPECT_THAT(records[0].reason, HasSubstr("killed by signal 11 (Segmentation fault)"));
  EXPECT_THAT(records[0].reason, HasSubstr("after step 41 (epoch 3), last finite loss 0.25"));
}

TEST_F(TrialProcess, CallsAnAbortForWantOfMemoryOutOfMemory) {
  const auto records = run("echo \"terminate called after throwing 'std::bad_alloc'\" >&2; kill -ABRT $$", trials(1));
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].status, TrialStatus::kOutOfMemory);
  EXPECT_THAT(records[0].reason, HasSubstr("Aborted"));
}

TEST_F(TrialProcess, HasATrialRunOutOfMemoryAtItsLimitAndSparesItsSiblings) {
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

TEST_F(TrialProcess, EndsATrialThatWritesGarbageWithoutEnd) {
  const auto records = run("yes", trials(1));
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].status, TrialStatus::kFailed);
  EXPECT_THAT(records[0].reason, HasSubstr("because of what it sent"));
}

}  // namespace
}  // namespace nero_bench
