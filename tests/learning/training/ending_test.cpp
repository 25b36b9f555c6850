// How trials end: diverged, interrupted, out of memory, failed.

#include <ATen/ops/empty.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <cmath>

#include "base/errors.h"
#include "learning/training/trials.h"

namespace nero_bench {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// The first step leaves weights of about 1e28, so the second one's logits, products of three, overflow.
TEST(DivergedTrial, NamesTheStepAtWhichTheLossStoppedBeingFinite) {
  auto spec = small_spec();
  spec.learning_rate = 1e30;
  const auto record = run(spec);
  EXPECT_EQ(record.status, TrialStatus::kDiverged);
  EXPECT_EQ(record.reason, "the training loss stopped being finite at step 2 (epoch 1)");
  EXPECT_EQ(record.steps, 2);
  EXPECT_THAT(record.curve, IsEmpty());
  EXPECT_THAT(record.final_metrics, IsEmpty());
}

TEST(DivergedTrial, KeepsThePointsBeforeIt) {
  auto spec = small_spec();
  spec.schedule = {{"name", "exponential"}, {"factor", 1e32}};  // harmless in the first epoch
  const auto record = run(spec);
  EXPECT_EQ(record.status, TrialStatus::kDiverged);
  EXPECT_THAT(record.reason, HasSubstr("at step 5 (epoch 2)"));
  ASSERT_EQ(record.curve.size(), 1);
  EXPECT_EQ(record.curve.front().step, 3);
  EXPECT_EQ(record.final_metrics, record.curve.front().metrics);
  for (const auto& [name, value] : record.final_metrics) EXPECT_TRUE(std::isfinite(value)) << name;
}

TEST(DivergedTrial, IsSeenInTheEvaluationWhereNoStepFollows) {
  auto spec = small_spec();
  spec.learning_rate = 1e30;
  spec.budget = {.steps = 1};
  const auto record = run(spec);
  EXPECT_EQ(record.status, TrialStatus::kDiverged);
  EXPECT_EQ(record.reason, "the evaluated loss was not finite at step 1 (epoch 1)");
  EXPECT_FALSE(std::isfinite(record.final_metrics.at("test.loss")));
}

TEST(DivergedTrial, StillHasItsMemoryCountsAndEnvironment) {
  auto spec = with_optimiser(small_spec(), {{"name", "adam"}});
  spec.learning_rate = 1e35;
  const auto record = run(spec);
  EXPECT_EQ(record.status, TrialStatus::kDiverged);
  EXPECT_EQ(record.memory.optimiser_state, record.memory.optimiser_state_allocated);
  EXPECT_GT(record.memory.optimiser_state, 0);
  EXPECT_EQ(record.counts.at("model.tensors"), 6);
  EXPECT_THAT(record.environment, Not(IsEmpty()));
}

// Asks for a stop after so many steps. Looked at before every step; evaluations look at a copy, with a count of its
// own.
TrialRecord run_until(int steps) {
  TrialMonitor monitor;
  monitor.stop_requested = [asked = 0, steps]() mutable { return ++asked > steps; };
  return run(small_spec(), monitor);
}

TEST(InterruptedTrial, StopsAfterTheStepAndKeepsThePointsBeforeIt) {
  const auto record = run_until(4);
  EXPECT_EQ(record.status, TrialStatus::kInterrupted);
  EXPECT_EQ(record.reason, "stopped on request at step 4 (epoch 2)");
  EXPECT_EQ(record.steps, 4);
  ASSERT_EQ(record.curve.size(), 1);
  EXPECT_EQ(record.curve.front().metrics, run(small_spec()).curve.front().metrics);
}

TEST(InterruptedTrial, WithoutAnyPointHasNoMetrics) {
  const auto record = run_until(1);
  EXPECT_EQ(record.steps, 1);
  EXPECT_THAT(record.curve, IsEmpty());
  EXPECT_THAT(record.final_metrics, IsEmpty());
}

TEST(TrialStoppedAfterItsLastStep, IsCompleted) {
  const auto record = run_until(6);
  EXPECT_EQ(record.status, TrialStatus::kCompleted);
  EXPECT_EQ(record.reason, "");
}

// A trial whose task cannot be built.
TrialRecord run_with_failing_build(const std::function<void()>& fail) {
  const auto device = open_device("cpu");
  auto trial = prepare_trial(small_spec());
  trial.task.build = [&](const TaskSetting&) -> std::unique_ptr<Task> {
    fail();
    return nullptr;
  };
  return run_trial(trial, {}, *device);
}

TEST(InterruptedTrial, ThatStillLoadedItsDataHasNoStep) {
  const auto record = run_with_failing_build([] { throw StopRequested(); });
  EXPECT_EQ(record.status, TrialStatus::kInterrupted);
  EXPECT_EQ(record.reason, "stopped on request while it loaded its data");
  EXPECT_EQ(record.steps, 0);
}

TEST(TrialWithoutEnoughMemory, IsRecordedAsOutOfMemory) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "AddressSanitizer ends the process where memory is refused";
#endif
  const auto record = run_with_failing_build([] { at::empty({std::int64_t{1} << 50}, at::kByte); });  // 1 PiB
  EXPECT_EQ(record.status, TrialStatus::kOutOfMemory);
  EXPECT_THAT(record.reason, HasSubstr("memory"));
  EXPECT_EQ(run_with_failing_build([] { throw std::bad_alloc(); }).status, TrialStatus::kOutOfMemory);
}

TEST(TrialThatLibTorchRefuses, IsRecordedAsFailedWithItsMessageInOneLine) {
  const auto record = run_with_failing_build([] { TORCH_CHECK(false, "shapes do not fit"); });
  EXPECT_EQ(record.status, TrialStatus::kFailed);
  EXPECT_EQ(record.reason, "shapes do not fit");
  EXPECT_EQ(record.steps, 0);
  EXPECT_EQ(record.id(), trial_id(small_spec()));
  EXPECT_EQ(record.resolved.at("schedule").at("name"), "constant");
}

TEST(TrialWithoutItsData, IsNoRecordButADataError) {
  for (const char* variable : {"NERO_BENCH_DATA", "XDG_DATA_HOME", "HOME"}) ::unsetenv(variable);
  EXPECT_THROW(run(with_task(small_spec(), "/data", {{"name", "mnist"}})), DataError);
}

}  // namespace
}  // namespace nero_bench
