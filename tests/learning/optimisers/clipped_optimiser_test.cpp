#include "learning/optimisers/clipped_optimiser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "learning/optimisers/nero.h"
#include "learning/optimisers/sgd.h"
#include "learning/optimisers/tensors.h"

namespace nero_bench {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::Pointwise;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Three tensors of zeros; the last has no gradient. The norm over the others is 5.
struct Clipped {
  NamedTensors parameters{
      {"a", parameter_of({0, 0}, {2})}, {"b", parameter_of({0}, {})}, {"c", parameter_of({0}, {1})}};

  explicit Clipped(double clip_norm, double largest = 4) {
    ClippedOptimiser optimiser(std::make_unique<Sgd>(parameters), clip_norm);
    parameters[0].tensor.mutable_grad() = tensor_like(parameters[0].tensor, {3, 0});
    parameters[1].tensor.mutable_grad() = tensor_like(parameters[1].tensor, {-largest});
    optimiser.set_learning_rate(1);
    optimiser.step();
  }
};

TEST(ClippedOptimiser, ScalesAllGradientsByTheirCommonNorm) {
  const Clipped result(2.5);
  const double factor = 2.5 / (5 + 1e-6);
  EXPECT_THAT(numbers(result.parameters[0].tensor), Pointwise(DoubleNear(1e-15), {-3 * factor, 0.0}));
  EXPECT_THAT(numbers(result.parameters[1].tensor), Pointwise(DoubleNear(1e-15), {4 * factor}));
}

TEST(ClippedOptimiser, LeavesAMissingGradientMissing) {
  const Clipped result(2.5);
  EXPECT_THAT(numbers(result.parameters[2].tensor), ElementsAre(0));
  EXPECT_FALSE(result.parameters[2].tensor.grad().defined());
}

TEST(ClippedOptimiser, LeavesShortGradientsAsTheyAre) {
  const Clipped result(5.1);
  EXPECT_THAT(numbers(result.parameters[0].tensor), ElementsAre(-3, 0));
  EXPECT_THAT(numbers(result.parameters[1].tensor), ElementsAre(4));
}

TEST(ClippedOptimiser, DoesNotHideAGradientThatIsNotFinite) {
  const Clipped result(2.5, kInfinity);
  EXPECT_THAT(numbers(result.parameters[1].tensor), ElementsAre(testing::IsNan()));
}

// Keeps what it was handed in place of making a step.
class Captured final : public Optimiser {
 public:
  using Optimiser::Optimiser;
  void step() override {}
  OptimiserState state() override { return {}; }
  std::int64_t expected_state_bytes() const override { return 0; }
  bool can_capture() const override { return true; }
  void capture_step() override { gradient = numbers(parameters_.front().tensor.grad()); }
  void prepare_replay() override { ++prepared; }

  std::vector<double> gradient;
  int prepared = 0;
};

TEST(ClippedOptimiser, ClipsUnderCapture) {
  const auto weight = parameter_of({0, 0}, {2});
  auto captured = std::make_unique<Captured>(NamedTensors{{"a", weight}});
  const auto& seen = *captured;
  ClippedOptimiser optimiser(std::move(captured), 2.5);
  weight.mutable_grad() = tensor_like(weight, {3, 4});
  EXPECT_TRUE(optimiser.can_capture());
  optimiser.capture_step();
  optimiser.prepare_replay();
  const double factor = 2.5 / (5 + 1e-6);
  EXPECT_THAT(seen.gradient, Pointwise(DoubleNear(1e-15), {3 * factor, 4 * factor}));
  EXPECT_EQ(seen.prepared, 1);
}

TEST(ClippedOptimiser, ForwardsEverythingElse) {
  const auto weight = parameter_of({1, 1, 1, 2}, {2, 2});
  auto nero = std::make_unique<Nero>(NamedTensors{{"weight", weight}});
  auto& wrapped = *nero;
  ClippedOptimiser optimiser(std::move(nero), 1);
  EXPECT_EQ(optimiser.notes(), wrapped.notes());
  EXPECT_EQ(optimiser.expected_state_bytes(), wrapped.expected_state_bytes());
  EXPECT_EQ(optimiser.state().scalars.front().value, wrapped.state().scalars.front().value);
  EXPECT_TRUE(optimiser.parameters().front().tensor.is_same(weight));
  EXPECT_EQ(optimiser.state().tensors.size(), wrapped.state().tensors.size());
}

}  // namespace
}  // namespace nero_bench
