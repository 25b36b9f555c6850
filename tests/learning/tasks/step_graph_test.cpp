// When steps are recorded and what is done about each replay, with a graph in host memory: what LibTorch makes of it is
// shown on a GPU alone (tests/cli/test_cuda_graphs.py).
#include "learning/tasks/step_graph.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "learning/tasks/spy.h"
#include "learning/tensors/generator.h"

namespace nero_bench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::int64_t kBatch = 4;

// Gradient descent on one weight, that can be captured after some steps.
class Descent final : public Optimiser {
 public:
  explicit Descent(const at::Tensor& weight, int ordinary_steps)
      : Optimiser({{"weight", weight}}), ordinary_steps_(ordinary_steps) {}

  void step() override {
    move(learning_rate_);
    ++steps;
  }
  OptimiserState state() override { return {{}, {{"steps", &steps}}}; }
  std::int64_t expected_state_bytes() const override { return 0; }

  bool can_capture() const override { return steps >= ordinary_steps_; }
  void capture_step() override { captured_gradient = parameters_.front().tensor.grad(); }
  void prepare_replay() override {
    if (!parameters_.front().tensor.grad().is_same(captured_gradient)) throw std::logic_error("another gradient");
    sent_rate = learning_rate_;
    ++steps;
  }

  void move(double rate) {
    const at::NoGradGuard no_grad;
    const auto& weight = parameters_.front().tensor;
    weight.sub_(weight.grad(), rate);
  }

  double steps = 0;
  double sent_rate = 0;
  at::Tensor captured_gradient;

 private:
  int ordinary_steps_;
};

// A weight that follows the mean of noisy batches. Recorded, the same operations work on the memory that they were
// recorded with.
class Follower {
 public:
  explicit Follower(int ordinary_steps = 2) {
    auto descent = std::make_unique<Descent>(weight, ordinary_steps);
    optimiser = descent.get();
    optimisers.push_back(std::move(descent));
  }

  // Step number `step`, of a batch that depends on it alone.
  double step(int number, StepGraph* graph) {
    const Examples batch{at::full({kBatch, 1}, number + 1.), at::full({kBatch}, number, at::kLong)};
    batches.push_back(batch);
    const auto seed = static_cast<std::uint64_t>(100 + number);
    optimiser->set_learning_rate(0.1 / (number + 1));
    const Learn learn = [this](const auto&... arguments) { return this->learn(arguments...); };
    const auto measured = graph == nullptr ? learn(batch, generator_on(at::kCPU, seed), &Optimiser::step)
                                           : graph->step(batch, seed, optimisers, learn);
    kept.push_back(measured.front().sum);
    return measured.front().sum.item<double>();
  }

  MakeDeviceGraph host_graph() {
    return [this](at::Device, const at::Generator&) { return std::make_unique<HostGraph>(*this); };
  }

  at::Tensor weight = at::zeros({1}).requires_grad_();
  Optimisers optimisers;
  Descent* optimiser = nullptr;
  std::vector<at::Tensor> kept;   // the losses, as returned
  std::vector<Examples> batches;  // that it learnt from
  int recorded = 0;
  int replayed = 0;
  std::string obstacle;  // to recording

 private:
  // What the operations of a step work on.
  struct Memory {
    Examples batch;
    at::Generator generator;
    at::Tensor gradient;
    at::Tensor loss;
  };

  class HostGraph final : public DeviceGraph {
   public:
    explicit HostGraph(Follower& follower) : follower_(follower) {}
    void record(const std::function<void()>& work) override {
      ++follower_.recorded;
      work();
      memory_ = follower_.memory_;
      if (!follower_.obstacle.empty()) throw std::runtime_error(follower_.obstacle);
    }
    void replay() override {
      ++follower_.replayed;
      follower_.compute(memory_);
      follower_.optimiser->move(follower_.optimiser->sent_rate);
    }

   private:
    Follower& follower_;
    Memory memory_;
  };

  Measurements learn(const Examples& batch, const at::Generator& dropout, StepOptimiser step_optimiser) {
    memory_ = {batch, dropout, at::zeros({1}), at::zeros({}, at::kDouble)};
    if (step_optimiser == &Optimiser::step) compute(memory_);
    weight.mutable_grad() = memory_.gradient;
    (optimiser->*step_optimiser)();
    return {{"loss", memory_.loss, kBatch}};
  }

  // The operations on the device before the optimiser's.
  void compute(Memory& memory) {
    const at::NoGradGuard no_grad;
    const auto noise = at::empty_like(memory.batch.inputs).uniform_(0, 1, memory.generator);
    const auto error = weight - (memory.batch.inputs + noise).mean() - memory.batch.labels.sum();
    memory.gradient.copy_(error);
    memory.loss.copy_(error.square().squeeze());
  }

  Memory memory_;
};

class StepGraphs : public testing::Test {
 protected:
  StepGraph graph_of(Follower& follower) {
    return {at::kCPU, follower.host_graph(), [this](const std::string& warning) { warnings_.push_back(warning); }};
  }

  std::vector<std::string> warnings_;
};

std::vector<double> one_by_one(int steps) {
  Follower follower;
  std::vector<double> losses;
  for (int i = 0; i < steps; ++i) losses.push_back(follower.step(i, nullptr));
  return losses;
}

TEST_F(StepGraphs, ReplayWhatStepsOneByOneDo) {
  Follower follower;
  auto graph = graph_of(follower);
  std::vector<double> losses;
  for (int i = 0; i < 6; ++i) losses.push_back(follower.step(i, &graph));
  EXPECT_EQ(losses, one_by_one(6));
  EXPECT_EQ(follower.recorded, 1);
  EXPECT_EQ(follower.replayed, 4);
  EXPECT_EQ(follower.optimiser->steps, 6);
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(StepGraphs, GoOnAfterStepsWithoutThem) {
  Follower follower;
  auto graph = graph_of(follower);
  std::vector<double> losses;
  for (int i = 0; i < 8; ++i) losses.push_back(follower.step(i, i == 4 || i == 6 ? nullptr : &graph));
  EXPECT_EQ(losses, one_by_one(8));
  EXPECT_EQ(follower.replayed, 4);
}

TEST_F(StepGraphs, LeaveMeasurementsToTheirCaller) {
  Follower follower;
  auto graph = graph_of(follower);
  std::vector<double> losses;
  for (int i = 0; i < 5; ++i) losses.push_back(follower.step(i, &graph));
  for (std::size_t i = 0; i < losses.size(); ++i) EXPECT_EQ(follower.kept[i].item<double>(), losses[i]);
}

TEST_F(StepGraphs, OnlyReadBatches) {
  Follower follower;
  auto graph = graph_of(follower);
  for (int i = 0; i < 5; ++i) follower.step(i, &graph);
  for (int i = 0; i < 5; ++i) {
    const auto& [inputs, labels] = follower.batches[static_cast<std::size_t>(i)];
    EXPECT_TRUE(inputs.eq(i + 1).all().item<bool>()) << i;
    EXPECT_TRUE(labels.eq(i).all().item<bool>()) << i;
  }
}

TEST_F(StepGraphs, AreGivenUpWhereRecordingFails) {
  Follower follower;
  follower.obstacle = "an operation that waits for the device";
  auto graph = graph_of(follower);
  std::vector<double> losses;
  for (int i = 0; i < 5; ++i) losses.push_back(follower.step(i, &graph));
  EXPECT_EQ(losses, one_by_one(5));
  EXPECT_EQ(follower.recorded, 1);
  EXPECT_EQ(follower.replayed, 0);
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("an operation that waits for the device")));
}

TEST_F(StepGraphs, AreGivenUpWhereTheDeviceHasNone) {
  Follower follower;
  StepGraph graph(at::kCPU, make_device_graph, [this](const std::string& warning) { warnings_.push_back(warning); });
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("none on this device")));
  std::vector<double> losses;
  for (int i = 0; i < 5; ++i) losses.push_back(follower.step(i, &graph));
  EXPECT_EQ(losses, one_by_one(5));
  EXPECT_THAT(warnings_, SizeIs(1));
}

TEST_F(StepGraphs, AreGivenUpWhereAnOptimiserIsNeverCaptured) {
  Follower follower(/*ordinary_steps=*/1000);
  auto graph = graph_of(follower);
  for (int i = 0; i < 99; ++i) follower.step(i, &graph);
  EXPECT_THAT(warnings_, IsEmpty());
  for (int i = 99; i < 300; ++i) follower.step(i, &graph);
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("optimisers")));
  EXPECT_EQ(follower.recorded, 0);
}

// Can be captured from the start, and does nothing.
class Capturable final : public Optimiser {
 public:
  using Optimiser::Optimiser;
  void step() override {}
  OptimiserState state() override { return {}; }
  std::int64_t expected_state_bytes() const override { return 0; }
  bool can_capture() const override { return true; }
  void capture_step() override {}
  void prepare_replay() override {}
};

TEST(StepGraphOfATask, IsOfWholeBatchesAlone) {
  int replayed = 0;
  class Counted final : public DeviceGraph {
   public:
    explicit Counted(int& count) : count_(count) {}
    void record(const std::function<void()>& work) override { work(); }
    void replay() override { ++count_; }

   private:
    int& count_;
  };
  const auto counted = [&](at::Device, const at::Generator&) { return std::make_unique<Counted>(replayed); };
  SpiedTask spied(numbered_samples(10, 3), {.batch_size = 4}, 0, counted);
  const auto parameters = spied.optimisers.front()->parameters();
  spied.optimisers.front() = std::make_unique<Capturable>(parameters);
  for (int step = 0; step < 6; ++step) spied.train_step(step);
  EXPECT_EQ(replayed, 4);
  std::vector<std::int64_t> shown;
  for (const auto& images : spied.model->shown) shown.push_back(images.size(0));
  EXPECT_THAT(shown, ElementsAre(4, 2, 2));  // recorded once, and the last of either epoch
}

}  // namespace
}  // namespace nero_bench
