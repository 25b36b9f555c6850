#include "harness/execution/slurm_commands.h"

#include <gmock/gmock.h>

#include "harness/execution/child_process.h"
#include "harness/fixtures.h"

namespace nero_bench {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// What a shell makes of a word.
std::string read_by_a_shell(const std::string& word) {
  return run_program("/bin/sh", {"-c", "printf %s " + shell_quoted(word)}).output;
}

TEST(SlurmCommands, QuoteWordsSoThatAShellReadsThemBack) {
  for (const std::string word : {"", "plain", "two words", "it's", "\"$HOME\" `id` $(id)", "a\nb", "back\\slash\\",
                                 "*?~#;&|<>", "-n", "'", "''", "%A é"})
    EXPECT_EQ(read_by_a_shell(word), word);
}

TEST(SlurmCommands, MakeAScriptThatRunsTheCommandAndWritesTheLogOfItsTask) {
  const auto folder = ::testing::TempDir() + "it's a %A \"log\"";
  run_program("/bin/mkdir", {"-p", folder});
  const std::vector<std::string> command{"/usr/bin/printf", "%s\n", "a b", "$SLURM_ARRAY_TASK_ID"};
  const auto script = "SLURM_ARRAY_JOB_ID=7 SLURM_ARRAY_TASK_ID=2\n" + task_script(command, folder);
  EXPECT_EQ(run_program("/bin/sh", {}, script).output, "");
  EXPECT_EQ(run_program("/bin/cat", {folder + "/7_2.log"}).output, "a b\n$SLURM_ARRAY_TASK_ID\n");
  run_program("/bin/rm", {"-r", folder});
}

TEST(SlurmCommands, AskOnlyForWhatIsWanted) {
  EXPECT_THAT(sbatch_arguments({}, "nero-bench-x", 3, 2),
              ElementsAre("--parsable", "--job-name=nero-bench-x", "--array=0-2", "--output=/dev/null", "--ntasks=1",
                          "--cpus-per-task=2", "--no-requeue"));
}

TEST(SlurmCommands, PassOnWhatTheUserAsksForLast) {
  SlurmOptions options;
  options.partition = "gpu part";
  options.gres = "gpu:1";
  options.time = "1-12";
  options.requeue = true;
  options.sbatch = {"--account=physics", "--cpus-per-task=8"};
  const auto arguments = sbatch_arguments(options, "x", 1, 1);
  EXPECT_THAT(arguments, Contains("--partition=gpu part"));
  EXPECT_THAT(arguments, Contains("--gres=gpu:1"));
  EXPECT_THAT(arguments, Contains("--time=1-12"));
  EXPECT_THAT(arguments, Contains("--requeue"));
  EXPECT_EQ(arguments.back(), "--cpus-per-task=8");  // sbatch takes the last of two
}

// sbatch(1): without B:, only the job's steps are signalled, and a task has none.
TEST(SlurmCommands, HaveTheTaskItselfSignalled) {
  SlurmOptions options;
  options.signal = "USR1@60";
  EXPECT_THAT(sbatch_arguments(options, "x", 1, 1), Contains("--signal=B:USR1@60"));
  options.signal = "R:USR1@60";
  EXPECT_THAT(sbatch_arguments(options, "x", 1, 1), Contains("--signal=R:USR1@60"));
}

TEST(SlurmCommands, FindTheJobInWhatSbatchPrints) {
  EXPECT_EQ(parse_job_id("12\n"), "12");
  EXPECT_EQ(parse_job_id("12;cluster\n"), "12");
  EXPECT_THAT(error_of([] { parse_job_id("Submitted batch job 12"); }), HasSubstr("expected the number of a job"));
}

TEST(SlurmCommands, FindTheLargestArrayInWhatScontrolPrints) {
  const std::string config =
      "MaxArrayTasks           = 7\nMaxArraySize            = 1001\nMaxDBDMsgs              = 20012\n";
  EXPECT_EQ(parse_max_array_size(config), 1001);
  EXPECT_THAT(error_of([] { parse_max_array_size("MaxArraySize = 0\n"); }), HasSubstr("no job arrays"));
  EXPECT_THAT(error_of([] { parse_max_array_size(""); }), HasSubstr("no job arrays"));
}

TEST(SlurmCommands, SubmitNoMoreTasksThanAreOfUse) {
  EXPECT_EQ(tasks_to_submit(24, 1, 16, 1001, 0), 16);  // as many as wanted
  EXPECT_EQ(tasks_to_submit(5, 2, 16, 1001, 0), 3);    // 2 + 2 + 1 trials
  EXPECT_EQ(tasks_to_submit(5000, 1, 5000, 1001, 0), 1001);
  EXPECT_EQ(tasks_to_submit(24, 1, 16, 1001, 14), 2);
  EXPECT_EQ(tasks_to_submit(2, 1, 16, 1001, 3), 0);
}

TEST(SlurmCommands, ReadTheTasksThatSqueuePrints) {
  const auto tasks =
      parse_tasks("12|0|RUNNING|n1\n12|1|PENDING|(launch failed | held)\nCLUSTER: x\n\n13|0|CANCELLED|\n");
  ASSERT_EQ(tasks.size(), 3U);
  EXPECT_EQ(tasks[0].place, "n1");
  EXPECT_EQ(tasks[1].index, "1");
  EXPECT_EQ(tasks[1].place, "(launch failed | held)");
  EXPECT_EQ(tasks[2].job, "13");
  EXPECT_TRUE(tasks[0].is_alive());
  EXPECT_FALSE(tasks[1].is_alive());  // until somebody releases it
  EXPECT_FALSE(tasks[2].is_alive());
}

// squeue(1), job state codes.
TEST(SlurmCommands, CountNoTaskThatHasEndedOrIsBeingClearedAway) {
  EXPECT_FALSE((SlurmTask{"1", "0", "PENDING", "(launch failed requeued held)"}).is_alive());
  EXPECT_FALSE((SlurmTask{"1", "0", "PENDING", "(JobHeldAdmin)"}).is_alive());
  EXPECT_TRUE((SlurmTask{"1", "0", "PENDING", "(Resources)"}).is_alive());
  for (const std::string state : {"COMPLETING", "COMPLETED", "CANCELLED", "FAILED", "TIMEOUT", "NODE_FAIL", "PREEMPTED",
                                  "OUT_OF_MEMORY", "DEADLINE", "BOOT_FAIL"})
    EXPECT_FALSE((SlurmTask{"1", "0", state, ""}.is_alive())) << state;
}

}  // namespace
}  // namespace nero_bench
