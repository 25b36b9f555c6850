// Trials on a device that works ahead of the host, as GPUs do: the CPU, which is said to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "learning/training/environment.h"
#include "learning/training/trials.h"
#include "temporary_folder.h"

namespace nero_bench {
namespace {

using testing::HasSubstr;

class AheadDevice final : public Device {
 public:
  at::Device torch_device() const override { return cpu_->torch_device(); }
  bool works_ahead() const override { return true; }
  void synchronize() override { cpu_->synchronize(); }
  AllocatorStatistics statistics() override { return cpu_->statistics(); }
  void reset_peak() override { cpu_->reset_peak(); }
  void forget_peaks() override { cpu_->forget_peaks(); }
  std::map<std::string, std::string> describe() const override { return cpu_->describe(); }

 private:
  std::unique_ptr<Device> cpu_ = open_device("cpu");
};

// 100 steps an epoch.
TrialSpec long_epochs() {
  auto spec = with_task(small_spec(), "/data/train_samples", 1600);
  spec.budget = {.epochs = 1, .steps = 0};
  return spec;
}

TrialRecord run_ahead(const TrialSpec& spec, const TrialMonitor& monitor = {}, const TrialExecution& execution = {}) {
  AheadDevice device;
  fix_arithmetic(1);
  return run_trial(prepare_trial(spec), {}, device, monitor, execution);
}

TEST(WorkingAhead, GivesTheSameResults) {
  const auto record = run_ahead(long_epochs());
  const auto expected = run(long_epochs());
  EXPECT_EQ(record.status, TrialStatus::kCompleted);
  EXPECT_EQ(record.parameters_sha256, expected.parameters_sha256);
  EXPECT_EQ(record.final_metrics, expected.final_metrics);
}

// The second step's loss is not finite; that is handed in after step 25 and read after step 50.
TEST(WorkingAhead, FindsADivergenceWhenTheNextNumberIsHandedIn) {
  auto spec = long_epochs();
  spec.learning_rate = 1e30;
  const auto record = run_ahead(spec);
  EXPECT_EQ(record.status, TrialStatus::kDiverged);
  EXPECT_THAT(record.reason, HasSubstr("at step 50 (epoch 1)"));
}

TEST(WorkingAhead, FindsADivergenceAtTheEndOfAnEpochAtTheLatest) {
  auto spec = long_epochs();
  spec.task["data"]["train_samples"] = 480;  // 30 steps
  spec.learning_rate = 1e30;
  EXPECT_THAT(run_ahead(spec).reason, HasSubstr("at step 30 (epoch 1)"));
}

TEST(WorkingAhead, AStoppedTrialDivergesAtTheSameStep) {
  auto spec = long_epochs();
  spec.learning_rate = 1e30;
  const auto whole = run_ahead(spec);
  for (const int asked : {10, 25, 26, 30, 49, 50}) {
    const TemporaryFolder folder;
    const TrialExecution execution{.checkpoints = {folder.path().string(), 0, 0}};
    TrialMonitor monitor;
    int looked = 0;
    monitor.stop_requested = [&] { return ++looked >= asked; };
    EXPECT_EQ(run_ahead(spec, monitor, execution).status, TrialStatus::kInterrupted) << asked;
    const auto resumed = run_ahead(spec, {}, execution);  // the numbers that are read late count as the CPU's memory
    EXPECT_EQ(resumed.reason, whole.reason) << asked;
    EXPECT_EQ(resumed.parameters_sha256, whole.parameters_sha256) << asked;
  }
}

TEST(WorkingAhead, ShowsALossThatIsAFewStepsOld) {
  std::vector<double> losses;
  TrialMonitor monitor;
  monitor.progress = [&](const ProgressEvent& event) { losses.push_back(event.loss); };
  const auto record = run_ahead(long_epochs(), monitor);
  ASSERT_FALSE(losses.empty());
  for (const double loss : losses) EXPECT_GT(loss, 0);
}

TEST(CudaGraphs, StandInTheRecordWhereTheyWereAskedFor) {
  const auto asked = [](const TrialRecord& record) { return record.environment.count("cuda_graphs"); };
  EXPECT_EQ(asked(run_ahead(small_spec(), {}, {.checkpoints = {}, .cuda_graphs = true})), 1);
  EXPECT_EQ(asked(run_ahead(small_spec())), 0);
}

TEST(CudaGraphs, OfAResumedTrialAreThoseOfItsLastProcess) {
  const TemporaryFolder folder;
  TrialExecution execution{.checkpoints = {folder.path().string(), 0, 0}, .cuda_graphs = true};
  TrialMonitor monitor;
  int looked = 0;
  monitor.stop_requested = [&] { return ++looked >= 3; };
  EXPECT_EQ(run_ahead(small_spec(), monitor, execution).status, TrialStatus::kInterrupted);
  execution.cuda_graphs = false;
  EXPECT_EQ(run_ahead(small_spec(), {}, execution).environment.count("cuda_graphs"), 0);
}

}  // namespace
}  // namespace nero_bench
