#include "learning/training/measured_optimiser.h"

#include <ATen/ops/empty.h>
#include <gtest/gtest.h>

namespace nero_bench {
namespace {

// Keeps 100 bytes from its first step on and needs 5,000 more in every step.
class Glutton final : public Optimiser {
 public:
  using Optimiser::Optimiser;
  void step() override {
    if (!kept_.defined()) kept_ = at::empty({100}, at::kByte);
    const auto temporary = at::empty({5'000}, at::kByte);
    rate_seen = learning_rate_;
  }
  OptimiserState state() override { return {{{"kept", kept_}}, {}}; }
  std::int64_t expected_state_bytes() const override { return 100; }
  std::map<std::string, std::int64_t> notes() const override { return {{"meals", 1}}; }

  bool can_capture() const override { return true; }
  void capture_step() override { ++captured; }
  void prepare_replay() override { ++prepared; }

  double rate_seen = 0;
  int captured = 0;
  int prepared = 0;

 private:
  at::Tensor kept_;
};

class Measured : public testing::Test {
 protected:
  Measured() {
    device_->reset_peak();
    parameters_.front().tensor.mutable_grad() = at::empty({10}, at::kFloat);
    auto glutton = std::make_unique<Glutton>(parameters_);
    glutton_ = glutton.get();
    optimiser_ = std::make_unique<MeasuredOptimiser>(std::move(glutton), *device_);
    device_->reset_peak();
  }

  // A forward and backward pass that needs so many bytes.
  static void compute(std::int64_t bytes) { at::empty({bytes}, at::kByte); }

  std::unique_ptr<Device> device_ = open_device("cpu");
  NamedTensors parameters_{{"weight", at::empty({10}, at::kFloat).requires_grad_()},
                           {"without_gradient", at::empty({20}, at::kFloat).requires_grad_()}};
  Glutton* glutton_ = nullptr;
  std::unique_ptr<MeasuredOptimiser> optimiser_;
};

TEST_F(Measured, IsCapturedWhenAllIsMeasuredThatWillBe) {
  for (int step = 0; step < 50; ++step) {
    EXPECT_FALSE(optimiser_->can_capture()) << step;
    optimiser_->step();
  }
  EXPECT_TRUE(optimiser_->can_capture());
  optimiser_->capture_step();
  optimiser_->prepare_replay();
  optimiser_->prepare_replay();
  EXPECT_EQ(glutton_->captured, 1);
  EXPECT_EQ(glutton_->prepared, 2);
  EXPECT_EQ(optimiser_->measured().at("steps"), 52);
}

TEST_F(Measured, TellsWhatTheFirstStepKeptAndWhatAStepNeeded) {
  for (int step = 0; step < 5; ++step) optimiser_->step();
  EXPECT_EQ(optimiser_->retained_by_first_step(), 100);
  EXPECT_EQ(optimiser_->transient_peak(), 5'100);
  EXPECT_EQ(optimiser_->gradient_bytes(), 40);
  EXPECT_EQ(optimiser_->step_seconds().size(), 5);
}

TEST_F(Measured, KeepsTheStepsOwnPeakApartFromThatOfForwardAndBackward) {
  compute(300);
  optimiser_->step();
  compute(200);
  optimiser_->step();
  EXPECT_EQ(optimiser_->peak_before_step(), 300);
}

TEST_F(Measured, PassesEverythingElseOn) {
  optimiser_->set_learning_rate(0.25);
  optimiser_->step();
  EXPECT_EQ(optimiser_->state().tensors.front().name, "kept");
  EXPECT_EQ(optimiser_->expected_state_bytes(), 100);
  EXPECT_EQ(optimiser_->notes().at("meals"), 1);
  EXPECT_EQ(optimiser_->parameters().size(), 2);
}

}  // namespace
}  // namespace nero_bench
