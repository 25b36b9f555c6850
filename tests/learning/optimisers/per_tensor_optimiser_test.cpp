#include "learning/optimisers/per_tensor_optimiser.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/_neg_view.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cctype>
#include <random>

#include "base/errors.h"
#include "learning/kernels/step_kernels.h"
#include "learning/optimisers/tensors.h"

namespace nero_bench {
namespace {

std::vector<std::string> configs() {
  return {R"({"name": "nero")",
          R"({"name": "nero", "constrain_mean": false)",
          R"({"name": "nero", "constrain_norm": false)",
          R"({"name": "lamb")",
          R"({"name": "lamb", "constrain": true, "bias_correction": true, "weight_decay": 0.1, "beta1": 0)",
          R"({"name": "madam")",
          R"({"name": "madam", "constrain": true)",
          R"({"name": "sgd")",
          R"({"name": "sgd", "momentum": 0.9, "weight_decay": 0.1)",
          R"({"name": "sgd", "momentum": 0.9, "nesterov": true)",
          R"({"name": "adam")",
          R"({"name": "adam", "weight_decay": 0.1, "beta1": 0.5)",
          R"({"name": "adamw")"};
}

// Shapes with rows of every length near the width of a register, and tensors without rows.
std::vector<std::vector<std::int64_t>> random_shapes(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto up_to = [&](std::int64_t most) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most)) + 1;
  };
  std::vector<std::vector<std::int64_t>> shapes{{}, {1}, {up_to(5000)}, {1, 1 + up_to(40)}, {70, 2000}};
  for (int i = 0; i < 6; ++i) shapes.push_back({up_to(70), 1 + up_to(70)});
  for (int i = 0; i < 3; ++i) shapes.push_back({up_to(20), up_to(20), 3, 3});
  return shapes;
}

NamedTensors parameters_of(const std::vector<std::vector<std::int64_t>>& shapes, std::uint64_t seed) {
  NamedTensors parameters;
  for (const auto& shape : shapes)
    parameters.push_back({"p" + std::to_string(parameters.size()), random_parameter(shape, seed++, at::kFloat)});
  return parameters;
}

void train(Optimiser& optimiser, int steps, std::uint64_t seed) {
  optimiser.set_learning_rate(0.01);
  for (int step = 0; step < steps; ++step) {
    for (const auto& [name, tensor] : optimiser.parameters())
      tensor.mutable_grad() = random_tensor(tensor.sizes(), seed++, at::kFloat);
    optimiser.step();
  }
}

// The parameters and the state after `steps`.
std::vector<at::Tensor> outcome(const std::string& config, const NamedTensors& parameters, int steps) {
  const auto optimiser = optimiser_of(config, parameters);
  train(*optimiser, steps, 1000);
  std::vector<at::Tensor> tensors;
  for (const auto& [name, tensor] : parameters) tensors.push_back(tensor.detach().clone());
  for (const auto& [name, tensor] : optimiser->state().tensors) tensors.push_back(tensor.clone());
  return tensors;
}

class BothImplementations : public testing::TestWithParam<std::string> {
 protected:
  std::string with(const std::string& more) const { return GetParam() + more + "}"; }
};

TEST_P(BothImplementations, AgreeOnRandomShapes) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    const auto shapes = random_shapes(seed);
    const auto expected = outcome(with(R"(, "implementation": "tensor_operations")"), parameters_of(shapes, seed), 5);
    for (const auto* kernels : available_step_kernels()) {
      setenv("NERO_BENCH_KERNELS", std::string(kernels->name).c_str(), 1);
      const auto actual = outcome(with(R"(, "implementation": "fused")"), parameters_of(shapes, seed), 5);
      unsetenv("NERO_BENCH_KERNELS");
      ASSERT_EQ(actual.size(), expected.size());
      for (std::size_t i = 0; i < actual.size(); ++i) {
        EXPECT_TRUE(at::allclose(actual[i], expected[i], 2e-5, 2e-6))
            << kernels->name << ", tensor " << i << ", off by " << (actual[i] - expected[i]).abs().max().item<double>();
      }
    }
  }
}

TEST_P(BothImplementations, GiveTheSameBitsForAnyNumberOfThreadsAndOrderOfTensors) {
  const auto shapes = random_shapes(7);
  const auto backward = [&] {
    auto parameters = parameters_of(shapes, 7);
    std::reverse(parameters.begin(), parameters.end());
    const auto optimiser = optimiser_of(with(R"(, "implementation": "fused")"), parameters);
    for (std::size_t i = 0; i < parameters.size(); ++i)
      parameters[i].tensor.mutable_grad() =
          random_tensor(parameters[i].tensor.sizes(), parameters.size() - i, at::kFloat);
    optimiser->set_learning_rate(0.01);
    optimiser->step();
    std::reverse(parameters.begin(), parameters.end());
    return parameters;
  };
  const auto forward = [&] {
    const auto parameters = parameters_of(shapes, 7);
    const auto optimiser = optimiser_of(with(R"(, "implementation": "fused")"), parameters);
    for (std::size_t i = 0; i < parameters.size(); ++i)
      parameters[i].tensor.mutable_grad() = random_tensor(parameters[i].tensor.sizes(), i + 1, at::kFloat);
    optimiser->set_learning_rate(0.01);
    optimiser->step();
    return parameters;
  };
  const int threads_before = at::get_num_threads();
  at::set_num_threads(1);
  const auto expected = forward();
  for (const int threads : {1, 2, 4}) {
    at::set_num_threads(threads);
    const auto actual = forward();
    const auto reversed = backward();
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_TRUE(at::equal(actual[i].tensor, expected[i].tensor)) << threads << " threads, tensor " << i;
      EXPECT_TRUE(at::equal(reversed[i].tensor, expected[i].tensor)) << threads << " threads, reversed, tensor " << i;
    }
  }
  at::set_num_threads(threads_before);
}

TEST_P(BothImplementations, GiveTheSameBitsWhenTheBackwardPassSteps) {
  const auto train_a_line = [&](const std::string& config, bool expect_gradients) {
    const NamedTensors parameters{{"weight", random_parameter({6, 40}, 1, at::kFloat)},
                                  {"bias", random_parameter({6}, 2, at::kFloat)}};
    const auto optimiser = optimiser_of(config, parameters);
    optimiser->set_learning_rate(0.01);
    for (std::uint64_t step = 0; step < 5; ++step) {
      const auto inputs = random_tensor({9, 40}, 10 + step, at::kFloat);
      const auto loss = (inputs.matmul(parameters[0].tensor.t()) + parameters[1].tensor).square().sum();
      optimiser->zero_grad();
      torch::autograd::backward({loss}, {});
      EXPECT_EQ(parameters[0].tensor.grad().defined(), expect_gradients);
      optimiser->step();
    }
    return std::vector<at::Tensor>{parameters[0].tensor.detach(), parameters[1].tensor.detach()};
  };
  const auto expected = train_a_line(with(R"(, "implementation": "fused")"), true);
  const auto actual = train_a_line(with(R"(, "implementation": "fused", "step_in_backward": true)"), false);
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_TRUE(at::equal(actual[i], expected[i])) << "tensor " << i;
}

INSTANTIATE_TEST_SUITE_P(, BothImplementations, testing::ValuesIn(configs()), [](const auto& parameter) {
  std::string name;
  for (const char letter : parameter.param) {
    if (std::isalnum(static_cast<unsigned char>(letter)) != 0)
      name += letter;
    else if (!name.empty() && name.back() != '_')
      name += '_';
  }
  return name;
});

TEST(PerTensorOptimiser, ForgetsTheBackwardPassWhenItIsGone) {
  const auto weight = random_parameter({3, 4}, 1, at::kFloat);
  optimiser_of(R"({"name": "sgd", "step_in_backward": true})", {{"weight", weight}});
  torch::autograd::backward({weight.square().sum()}, {});
  EXPECT_TRUE(weight.grad().defined());
}

TEST(PerTensorOptimiser, RefusesKernelsForOtherTypes) {
  const NamedTensors parameters{{"weight", random_parameter({3, 4}, 1, at::kDouble)}};
  EXPECT_THROW(optimiser_of(R"({"name": "sgd", "implementation": "fused"})", parameters), ConfigError);
}

TEST(PerTensorOptimiser, RefusesKernelsForGradientsOfAnotherLayout) {
  const auto weight = random_parameter({3, 4}, 1, at::kFloat);
  const auto optimiser = optimiser_of(R"({"name": "sgd", "implementation": "fused"})", {{"weight", weight}});
  weight.mutable_grad() = random_tensor({4, 3}, 2, at::kFloat).t();
  EXPECT_THROW(optimiser->step(), ConfigError);
}

TEST(PerTensorOptimiser, StepsAgainstAGradientThatIsANegatedView) {
  for (const std::string implementation : {"auto", "tensor_operations"}) {
    const auto weight = at::zeros({3, 4}).requires_grad_();
    const auto optimiser =
        optimiser_of(R"({"name": "sgd", "implementation": ")" + implementation + "\"}", {{"weight", weight}});
    weight.mutable_grad() = at::_neg_view(at::ones({3, 4}));
    optimiser->set_learning_rate(0.5);
    optimiser->step();
    EXPECT_TRUE(at::equal(weight.detach(), at::full({3, 4}, 0.5))) << implementation;
  }
}

TEST(PerTensorOptimiser, TakesParametersWithoutElements) {
  for (const auto& config : configs()) {
    for (const auto& shape : std::vector<std::vector<std::int64_t>>{{0, 5}, {5, 0}, {0}}) {
      const auto weight = at::zeros(shape).requires_grad_();
      const auto optimiser = optimiser_of(config + "}", {{"weight", weight}});
      weight.mutable_grad() = at::zeros(shape);
      EXPECT_NO_THROW(optimiser->step()) << config;
    }
  }
}

TEST(PerTensorOptimiser, TellsABackwardPassThatTheWeightsHaveChanged) {
  for (const std::string implementation : {"fused", "tensor_operations"}) {
    const auto weight = random_parameter({3, 4}, 1, at::kFloat);
    const auto optimiser =
        optimiser_of(R"({"name": "sgd", "implementation": ")" + implementation + "\"}", {{"weight", weight}});
    const auto loss = weight.square().sum();
    weight.mutable_grad() = random_tensor({3, 4}, 2, at::kFloat);
    optimiser->step();
    EXPECT_ANY_THROW(torch::autograd::backward({loss}, {})) << implementation;
  }
}

TEST(PerTensorOptimiser, RefusesTwoThatStepInTheSameBackwardPass) {
  const NamedTensors parameters{{"weight", random_parameter({3, 4}, 1, at::kFloat)}};
  const auto first = optimiser_of(R"({"name": "sgd", "step_in_backward": true})", parameters);
  EXPECT_THROW(optimiser_of(R"({"name": "sgd", "step_in_backward": true})", parameters), ConfigError);
}

TEST(PerTensorOptimiser, CannotClipWhatTheBackwardPassHasUsed) {
  EXPECT_THROW(optimiser_of(R"({"name": "sgd", "step_in_backward": true, "clip_norm": 1})", {}), ConfigError);
}

TEST(PerTensorOptimiser, RefusesKernelsThatTheProcessorLacks) {
  setenv("NERO_BENCH_KERNELS", "sse9", 1);
  const NamedTensors parameters{{"weight", random_parameter({3, 4}, 1, at::kFloat)}};
  const auto optimiser = optimiser_of(R"({"name": "sgd"})", parameters);
  parameters[0].tensor.mutable_grad() = random_tensor({3, 4}, 2, at::kFloat);
  EXPECT_THROW(optimiser->step(), ConfigError);
  unsetenv("NERO_BENCH_KERNELS");
}

// A tensor whose memory is not in the order of its rows takes the other way, silently and correctly.
TEST(PerTensorOptimiser, TakesTensorOperationsForTransposedWeights) {
  const auto transposed = random_tensor({7, 5}, 1, at::kFloat).t().detach().requires_grad_();
  const auto plain = transposed.detach().contiguous().requires_grad_();
  for (const auto& weight : {transposed, plain}) {
    const auto nero = optimiser_of(R"({"name": "nero"})", {{"weight", weight}});
    nero->set_learning_rate(0.1);
    weight.mutable_grad() = random_tensor({5, 7}, 2, at::kFloat);
    nero->step();
  }
  EXPECT_TRUE(at::allclose(transposed, plain, 0, 1e-6));
}

}  // namespace
}  // namespace nero_bench
