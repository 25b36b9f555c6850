// What steps in CUDA graphs ask of the host.
#include <ATen/ops/equal.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "learning/optimisers/per_tensor_optimiser.h"
#include "learning/optimisers/tensors.h"

namespace nero_bench {
namespace {

using testing::ElementsAre;

// Counts its steps and notes which parts of them were asked for, as if it had kernels on a GPU.
class OnPretendedGpu final : public PerTensorOptimiser {
 public:
  using PerTensorOptimiser::PerTensorOptimiser;
  OptimiserState state() override { return {{}, {{"steps", &steps}}}; }
  std::int64_t expected_state_bytes() const override { return 0; }

  std::vector<StepPart> parts;
  double steps = 0;
  bool fails = false;

 protected:
  void step_with_tensor_operations(std::size_t) override {}
  void step_fused(const std::vector<std::size_t>&, StepPart part) override {
    parts.push_back(part);
    ++steps;
    if (fails) throw std::runtime_error("no such launch");
  }
  bool steps_on_gpu() const override { return true; }
};

class CapturedStep : public testing::Test {
 protected:
  CapturedStep() { weight_.mutable_grad() = random_tensor({6, 40}, 2, at::kFloat); }

  at::Tensor weight_ = random_parameter({6, 40}, 1, at::kFloat);
  OnPretendedGpu optimiser_{{{"weight", weight_}}};
};

TEST_F(CapturedStep, CountsWhenItIsReplayed) {
  EXPECT_FALSE(optimiser_.can_capture());
  optimiser_.step();
  ASSERT_TRUE(optimiser_.can_capture());
  optimiser_.capture_step();
  EXPECT_EQ(optimiser_.steps, 1);
  optimiser_.prepare_replay();
  optimiser_.prepare_replay();
  EXPECT_EQ(optimiser_.steps, 3);
  EXPECT_THAT(optimiser_.parts,
              ElementsAre(StepPart::kWhole, StepPart::kCapture, StepPart::kPrepareReplay, StepPart::kPrepareReplay));
}

TEST_F(CapturedStep, LeavesTheCountWhereCapturingFails) {
  optimiser_.step();
  optimiser_.fails = true;
  EXPECT_THROW(optimiser_.capture_step(), std::runtime_error);
  EXPECT_EQ(optimiser_.steps, 1);
}

TEST_F(CapturedStep, IsNotPossibleForWhatTheKernelsDoNotTake) {
  optimiser_.step();
  weight_.mutable_grad() = random_tensor({40, 6}, 3, at::kFloat).t();
  EXPECT_THROW(optimiser_.capture_step(), std::logic_error);
  optimiser_.step();
  EXPECT_FALSE(optimiser_.can_capture());
}

TEST_F(CapturedStep, IsNotPossibleWithTensorOperations) {
  optimiser_.use(Implementation::kTensorOperations);
  optimiser_.step();
  EXPECT_FALSE(optimiser_.can_capture());
}

TEST(CapturedStepOnACpu, IsRefusedAndChangesNothing) {
  for (const std::string name : {"nero", "lamb", "madam", "sgd", "adam", "adamw"}) {
    const auto weight = random_parameter({6, 40}, 1, at::kFloat);
    const auto optimiser = optimiser_of("{\"name\": \"" + name + "\"}", {{"weight", weight}});
    weight.mutable_grad() = random_tensor({6, 40}, 2, at::kFloat);
    optimiser->set_learning_rate(0.1);
    optimiser->step();
    const auto before = weight.detach().clone();
    EXPECT_FALSE(optimiser->can_capture()) << name;
    EXPECT_THROW(optimiser->capture_step(), std::logic_error) << name;
    EXPECT_THROW(optimiser->prepare_replay(), std::logic_error) << name;
    EXPECT_TRUE(at::equal(weight.detach(), before)) << name;
    for (const auto& [scalar, value] : optimiser->state().scalars) {
      if (scalar == "weight/steps") {
        EXPECT_EQ(*value, 1) << name;
      }
    }
  }
}

}  // namespace
}  // namespace nero_bench
