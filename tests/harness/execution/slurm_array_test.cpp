#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/errors.h"
#include "harness/execution/executors.h"
#include "harness/execution/slurm_jobs.h"
#include "harness/experiment/cells.h"
#include "harness/fixtures.h"

namespace nero_bench {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A scheduler of shell scripts: sbatch numbers its jobs, squeue prints the file `queue`, and all note how they were
// called.
class SlurmArray : public ::testing::Test {
 protected:
  SlurmArray()
      : folder_(::testing::TempDir() + "slurm_array_" + std::to_string(::getpid())), path_(std::getenv("PATH")) {
    std::filesystem::create_directories(folder_ + "/bin");
    program("sbatch", "cat > script; echo x >> jobs; wc -l < jobs");
    program("squeue", "cat queue");
    program("scancel", "");
    program("scontrol",
            "test -e away && { echo 'Unable to contact slurm controller' >&2; exit 1; }; echo 'MaxArraySize = 1001'");
    queue("");
    ::setenv("PATH", (folder_ + "/bin:" + path_).c_str(), 1);
  }
  ~SlurmArray() override {
    ::setenv("PATH", path_.c_str(), 1);
    std::filesystem::remove_all(folder_);
  }

  void program(const std::string& name, const std::string& script) const {
    const auto file = folder_ + "/bin/" + name;
    std::ofstream(file) << "#!/bin/sh\ncd " << folder_ << "\necho \"$*\" >> called_" << name << "\n" << script << "\n";
    ::chmod(file.c_str(), 0755);
  }

  void queue(const std::string& lines) const { std::ofstream(folder_ + "/queue") << lines; }

  // How a program was called, a line each.
  std::vector<std::string> calls(const std::string& name) const {
    std::ifstream file(folder_ + "/called_" + name);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }

  // An execution whose trials have their records from the look number `from` on (counted over all trials).
  SlurmExecution execution(int from) {
    SlurmExecution execution;
    execution.experiment = "small";
    execution.results_folder = folder_ + "/results";
    execution.task_command = {"train", "it's"};
    execution.find_record = [this, from](const std::string& trial) -> std::optional<TrialRecord> {
      if (++looks_ < from) return std::nullopt;
      for (const auto& spec : trials(24)) {
        if (trial_id(spec) == trial) return record_of(spec);
      }
      return std::nullopt;
    };
    execution.can_be_taken = [](const std::string&) { return true; };
    execution.saved_state = [](const std::string&) { return ""; };
    execution.longest_clearing = std::chrono::milliseconds(0);
    execution.between_records = std::chrono::milliseconds(1);
    execution.between_looks = std::chrono::milliseconds(1);
    return execution;
  }

  // Returns the seeds of the records that were handed on.
  std::vector<std::int64_t> run(const SlurmExecution& execution, int count, ExecutionObserver observer = {}) {
    std::vector<std::int64_t> seeds;
    observer.finished = [&](const TrialRecord& record) { seeds.push_back(record.spec.seed); };
    find_executor("slurm").make({{}, execution})->run(trials(count), observer);
    std::sort(seeds.begin(), seeds.end());
    return seeds;
  }

  std::string error_of_run(const SlurmExecution& execution, int count) {
    try {
      run(execution, count);
    } catch (const UserError& error) {
      return error.what();
    }
    return "no error";
  }

  static std::vector<TrialSpec> trials(int count) {
    auto spec = expand(parsed(small_config())).front().trial({0.1, {}}, 0);
    std::vector<TrialSpec> list;
    for (spec.seed = 0; spec.seed < count; ++spec.seed) list.push_back(spec);
    return list;
  }

  std::string folder_;
  std::string path_;
  int looks_ = 0;
};

constexpr int kNever = 1'000'000'000;

TEST_F(SlurmArray, SubmitsOneArrayAndHandsOnEveryRecordOnce) {
  queue("1|0|RUNNING|n1\n");
  EXPECT_THAT(run(execution(10), 3), ElementsAre(0, 1, 2));
  EXPECT_THAT(calls("sbatch"),
              ElementsAre(AllOf(HasSubstr("--array=0-2 "), HasSubstr("--job-name=nero-bench-small "))));
}

TEST_F(SlurmArray, GivesSbatchTheScriptOfTheTask) {
  run(execution(0), 1);
  std::stringstream script;
  script << std::ifstream(folder_ + "/script").rdbuf();
  EXPECT_THAT(script.str(), HasSubstr("exec 'train' 'it'\\''s'\n"));
  EXPECT_THAT(script.str(), HasSubstr(folder_ + "/results/slurm"));
}

TEST_F(SlurmArray, HasFewerTasksThanTrialsWhereTheArrayOrTheUserSetsALimit) {
  program("scontrol", "echo 'MaxArraySize = 5'");
  run(execution(0), 24);
  auto limited = execution(0);
  limited.options.tasks = 2;
  run(limited, 24);
  EXPECT_THAT(calls("sbatch"), ElementsAre(HasSubstr("--array=0-4 "), HasSubstr("--array=0-1 ")));
}

TEST_F(SlurmArray, LeavesAfterSubmissionIfItIsNotToWait) {
  auto leaving = execution(kNever);
  leaving.wait = false;
  EXPECT_THAT(run(leaving, 3), IsEmpty());
  EXPECT_THAT(calls("sbatch"), SizeIs(1));
}

TEST_F(SlurmArray, AddsToTheTasksThatAnEarlierRunLeftAtWork) {
  const SlurmJobs jobs(folder_ + "/results");
  jobs.prepare_folder();
  jobs.add("7", "nero-bench-small", 3);
  queue("7|0|RUNNING|n1\n7|1|PENDING|(Priority)\n7|2|COMPLETED|n2\n8|0|RUNNING|n3\n");  // 8 is of another folder
  run(execution(0), 5);
  EXPECT_THAT(calls("sbatch"), ElementsAre(HasSubstr("--array=0-2 ")));
}

TEST_F(SlurmArray, SubmitsNothingWhereEnoughTasksAreAtWork) {
  const SlurmJobs jobs(folder_ + "/results");
  jobs.prepare_folder();
  jobs.add("7", "nero-bench-small", 3);
  queue("7|0|RUNNING|n1\n7|1|PENDING|(Priority)\n");
  EXPECT_THAT(run(execution(20), 2), ElementsAre(0, 1));
  EXPECT_THAT(calls("sbatch"), IsEmpty());
}

TEST_F(SlurmArray, SubmitsAgainWhenAllTasksAreGoneAndGivesUpAfterThreeInVain) {
  queue("1|0|FAILED|n1\n");
  EXPECT_THAT(error_of_run(execution(kNever), 2),
              AllOf(HasSubstr("2 trials have no record"), HasSubstr("3 times in a row"),
                    HasSubstr("the same command submits what is missing")));
  EXPECT_THAT(calls("sbatch"), SizeIs(3));
}

TEST_F(SlurmArray, DoesNotSubmitAgainWhatSomebodyCancelled) {
  queue("1|0|CANCELLED|n1\n1|1|COMPLETED|n2\n");
  EXPECT_THAT(error_of_run(execution(kNever), 2), HasSubstr("cancelled were 1_0"));
  EXPECT_THAT(calls("sbatch"), SizeIs(1));
}

TEST_F(SlurmArray, WaitsUntilTheTrialsOfDeadTasksCanBeTaken) {
  queue("");
  auto leased = execution(kNever);
  int asked = 0;
  leased.can_be_taken = [&](const std::string&) {
    EXPECT_LE(calls("sbatch").size(), asked < 20 ? 1U : 3U);
    return ++asked > 20;
  };
  error_of_run(leased, 1);
  EXPECT_THAT(calls("sbatch"), SizeIs(3));
}

TEST_F(SlurmArray, SubmitsAgainAsLongAsTrialsAreSavedFurtherOn) {
  queue("1|0|TIMEOUT|n1\n");
  auto slow = execution(kNever);
  int asked = 0;  // after each submission, and before the next one
  slow.saved_state = [&](const std::string&) { return std::to_string(std::min(++asked, 6)); };
  EXPECT_THAT(error_of_run(slow, 1), HasSubstr("3 times in a row"));
  EXPECT_THAT(calls("sbatch"), SizeIs(6));  // three of use, three in vain
}

TEST_F(SlurmArray, WaitsUntilItIsKnownHowTasksEnded) {
  queue("1|0|COMPLETING|n1\n");
  auto waiting = execution(300);
  waiting.longest_clearing = std::chrono::hours(1);
  EXPECT_THAT(run(waiting, 1), ElementsAre(0));
  EXPECT_THAT(calls("sbatch"), SizeIs(1));
}

TEST_F(SlurmArray, WaitsForASchedulerThatIsAwayWhenTheJobIsToBeSubmitted) {
  std::ofstream(folder_ + "/away");
  queue("1|0|RUNNING|n1\n");
  auto waiting = execution(kNever);
  waiting.find_record = [&, records = execution(0).find_record](const std::string& trial) {
    if (++looks_ == 20) std::filesystem::remove(folder_ + "/away");
    return calls("sbatch").empty() ? std::nullopt : records(trial);
  };
  EXPECT_THAT(run(waiting, 2), ElementsAre(0, 1));
  EXPECT_THAT(calls("sbatch"), SizeIs(1));
}

TEST_F(SlurmArray, DoesNotWaitOnAMachineOfNoCluster) {
  for (const auto* name : {"scontrol", "sbatch"})
    program(name, "echo 'fatal: Could not establish a configuration source' >&2; exit 1");
  EXPECT_THROW(run(execution(kNever), 2), ConfigError);
}

TEST_F(SlurmArray, GoesOnWaitingWhileTheSchedulerDoesNotAnswer) {
  auto patient = execution(300);
  program("squeue",
          "test -e jobs && { touch away; echo 'Unable to contact slurm controller' >&2; exit 1; }; cat queue");
  EXPECT_THAT(run(patient, 2), ElementsAre(0, 1));
  patient = execution(kNever);
  patient.patience = std::chrono::milliseconds(20);
  for (const auto* file : {"/jobs", "/away"}) std::filesystem::remove(folder_ + file);
  std::filesystem::remove_all(folder_ + "/results");
  EXPECT_THAT(error_of_run(patient, 2), AllOf(HasSubstr("Unable to contact"), HasSubstr("tasks may still run")));
}

TEST_F(SlurmArray, LeavesNoJobAtWorkThatIsNotNoted) {
  const auto folder = std::filesystem::path(folder_) / "results" / "slurm";
  program("sbatch", "cat > script; rm -r results/slurm; touch results/slurm; echo 1");  // the note has no place
  EXPECT_THAT(error_of_run(execution(kNever), 1), HasSubstr(folder.string()));
  EXPECT_THAT(calls("scancel"), ElementsAre("1"));
}

TEST_F(SlurmArray, CancelsItsJobWhenTheObserverHasHadEnough) {
  queue("1|0|RUNNING|n1\n");
  ExecutionObserver observer;
  observer.stop_wanted = [] { return true; };
  EXPECT_THAT(run(execution(kNever), 2, observer), IsEmpty());
  EXPECT_THAT(calls("scancel"), ElementsAre("1"));
}

TEST_F(SlurmArray, TakesTasksOutOfTheQueueThatNobodyNeedsAnyMore) {
  queue("1|0|COMPLETED|n1\n1|1|PENDING|(BeginTime)\n");
  run(execution(0), 2);
  EXPECT_THAT(calls("scancel"), ElementsAre("1_1"));
}

TEST_F(SlurmArray, PassesOnWhatSbatchComplainsAbout) {
  program("sbatch", "echo 'sbatch: error: invalid partition specified: moon' >&2; exit 1");
  EXPECT_THAT(error_of_run(execution(0), 1), HasSubstr("invalid partition specified: moon"));
}

TEST_F(SlurmArray, SaysWhatIsMissingWhereThereIsNoSlurm) {
  ::setenv("PATH", "/nowhere", 1);
  EXPECT_THAT(error_of_run(execution(0), 1), HasSubstr("not found in PATH: is Slurm installed here?"));
}

TEST_F(SlurmArray, CountsTasksByTheirStates) {
  EXPECT_EQ(
      describe_tasks({{"1", "0", "RUNNING", "n1"}, {"1", "1", "RUNNING", "n3"}, {"1", "2", "PENDING", "(Resources)"}}),
      "1 PENDING (Resources), 2 RUNNING (n1, n3)");
}

}  // namespace
}  // namespace nero_bench
