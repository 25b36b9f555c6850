#include <ATen/Context.h>
#include <ATen/autocast_mode.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "learning/training/environment.h"
#include "learning/training/trials.h"
#include "temporary_folder.h"

namespace nero_bench {
namespace {

using testing::DoubleNear;
using testing::HasSubstr;
using testing::Ne;

TrialSpec at_precision(const std::string& precision, TrialSpec spec = small_spec()) {
  return with_task(std::move(spec), "/precision", precision);
}

// Small networks of convolutions with batch normalisation and dropout.
TrialSpec convolutional() {
  auto spec = with_task(small_spec(), "/data/side", 32);
  spec.task["data"]["train_samples"] = 32;
  spec.task["data"]["test_samples"] = 8;
  spec.task["batch_size"] = 16;
  spec.task["model"] = {{"name", "vgg11"}, {"width_multiplier", 0.0625}};
  return spec;
}

TEST(Bfloat16, IsCloseToFloat32ButNotTheSame) {
  for (const auto& spec : {small_spec(), convolutional()}) {
    const auto exact = run(spec).final_metrics.at("test.loss");
    const auto rounded = run(at_precision("bfloat16", spec)).final_metrics.at("test.loss");
    EXPECT_THAT(rounded, DoubleNear(exact, 0.05 * exact));
    EXPECT_THAT(rounded, Ne(exact));
  }
}

TEST(Bfloat16, LeavesParametersAndTheStateOfOptimisersInFloat32) {
  for (const char* optimiser : {"nero", "adam"}) {
    const auto spec = with_optimiser(small_spec(), {{"name", optimiser}});
    const auto rounded = run(at_precision("bfloat16", spec));
    const auto exact = run(spec);
    EXPECT_EQ(rounded.memory.parameters, exact.memory.parameters);
    EXPECT_EQ(rounded.memory.gradients, exact.memory.gradients);
    EXPECT_EQ(rounded.memory.optimiser_state, exact.memory.optimiser_state);
    EXPECT_NE(rounded.parameters_sha256, exact.parameters_sha256);
  }
}

TEST(Bfloat16, TakesWeightsAnewInEveryStep) {
  auto spec = at_precision("bfloat16");
  spec.learning_rate = 0.5;
  const auto curve = run(spec).curve;
  EXPECT_NE(curve.at(0).metrics.at("test.loss"), curve.at(1).metrics.at("test.loss"));
}

TEST(Bfloat16, LeavesNothingBehind) {
  const auto before = reproducible_part(run(small_spec()));
  run(at_precision("bfloat16"));
  EXPECT_FALSE(at::autocast::is_autocast_enabled(at::kCPU));
  EXPECT_EQ(reproducible_part(run(small_spec())), before);
}

TEST(Bfloat16, ATrialStoppedAnywhereGoesOnToTheSameBits) {
  const auto spec = at_precision("bfloat16", with_optimiser(convolutional(), {{"name", "nero"}}));
  const auto whole = reproducible_part(run(spec));
  for (int asked = 2; asked < 7; ++asked) {
    const TemporaryFolder folder;
    const CheckpointOptions options{folder.path().string(), 0, 0};
    const auto device = open_device("cpu");
    TrialMonitor monitor;
    int looked = 0;
    monitor.stop_requested = [&] { return ++looked >= asked; };
    EXPECT_EQ(run_trial(prepare_trial(spec), {}, *device, monitor, {options}).status, TrialStatus::kInterrupted);
    EXPECT_EQ(reproducible_part(run_trial(prepare_trial(spec), {}, *device, {}, {options})), whole) << asked;
  }
}

TEST(Precision, IsInTheRecordAndInTheIdUnlessItIsFloat32ByDefault) {
  const auto record = run(at_precision("bfloat16"));
  EXPECT_EQ(record.resolved.at("task").at("precision"), "bfloat16");
  EXPECT_EQ(run(small_spec()).resolved.at("task").at("precision"), "float32");
  EXPECT_NE(record.id(), trial_id(small_spec()));
}

TEST(Tf32, IsRefusedOnTheCpu) {
  const auto trial = prepare_trial(at_precision("tf32"), {.source = "my.json", .task = "tasks[1]"});
  EXPECT_NO_THROW(check_device(trial, at::kCUDA));
  const auto device = open_device("cpu");
  try {
    run_trial(trial, {}, *device);
    FAIL() << "no error";
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), HasSubstr("my.json: at tasks[1].precision: expected \"float32\" or \"bfloat16\""));
  }
}

TEST(Tf32, IsWhatMatrixProductsAndConvolutionsMayUseForItAlone) {
  const auto device = open_device("cpu");
  for (const auto& [precision, matmul, convolution] : {std::tuple{Precision::kTf32, "high", "tf32"},
                                                       {Precision::kBfloat16, "highest", "highest"},
                                                       {Precision::kTf32, "high", "tf32"},
                                                       {Precision::kFloat32, "highest", "highest"}}) {
    set_float32_arithmetic(precision);
    EXPECT_EQ(describe_environment(*device).at("float32_matmul_precision"), matmul);
    EXPECT_EQ(describe_environment(*device).at("float32_convolution_precision"), convolution);
  }
}

}  // namespace
}  // namespace nero_bench
