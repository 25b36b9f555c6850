#include "learning/optimisers/optimisers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <map>
#include <set>

#include "base/errors.h"
#include "learning/optimisers/tensors.h"

namespace nero_bench {
namespace {

using testing::HasSubstr;

// Every optimiser of the list as it comes, and settings that change what it keeps or does.
std::vector<std::string> configs() {
  std::vector<std::string> list;
  for (const auto& entry : optimisers().entries()) list.push_back(R"({"name": ")" + entry.name + R"("})");
  list.insert(list.end(), {
                              R"({"name": "nero", "constrain_mean": false, "constrain_norm": false})",
                              R"({"name": "lamb", "constrain": true, "bias_correction": true, "weight_decay": 0.1})",
                              R"({"name": "madam", "constrain": true})",
                              R"({"name": "sgd", "momentum": 0.9, "nesterov": true, "weight_decay": 0.1})",
                              R"({"name": "adam", "beta1": 0, "weight_decay": 0.1})",
                              R"({"name": "nero", "clip_norm": 0.5})",
                          });
  return list;
}

NamedTensors some_parameters(at::ScalarType type) {
  return {{"linear.weight", random_parameter({5, 7}, 1, type)},
          {"conv.weight", random_parameter({4, 3, 2, 2}, 2, type)},
          {"conv.bias", random_parameter({4}, 3, type)},
          {"temperature", random_parameter({}, 4, type)}};
}

void set_gradients(const NamedTensors& parameters, std::uint64_t seed) {
  for (const auto& [name, tensor] : parameters) {
    tensor.mutable_grad() = random_tensor(tensor.sizes(), seed++, tensor.scalar_type());
  }
}

std::vector<at::Tensor> copies(const NamedTensors& tensors) {
  std::vector<at::Tensor> list;
  for (const auto& [name, tensor] : tensors) list.push_back(tensor.detach().clone());
  return list;
}

std::vector<double> copies(const std::vector<NamedScalar>& scalars) {
  std::vector<double> list;
  for (const auto& scalar : scalars) list.push_back(*scalar.value);
  return list;
}

class EveryOptimiser : public testing::TestWithParam<std::string> {};

// {"name": "sgd", "momentum": 0.9} → name_sgd_momentum_0_9
std::string test_name(const testing::TestParamInfo<std::string>& config) {
  std::string name;
  for (const char character : config.param) {
    if (std::isalnum(static_cast<unsigned char>(character)) != 0) {
      name += character;
    } else if (!name.empty() && name.back() != '_') {
      name += '_';
    }
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(, EveryOptimiser, testing::ValuesIn(configs()), test_name);

TEST_P(EveryOptimiser, AllocatesTheExpectedBytesAtConstructionAndNoMoreLater) {
  for (const auto type : {at::kFloat, at::kDouble}) {
    const auto parameters = some_parameters(type);
    const auto optimiser = optimiser_of(GetParam(), parameters);
    EXPECT_EQ(total_bytes(optimiser->state().tensors), optimiser->expected_state_bytes());
    optimiser->set_learning_rate(0.01);
    for (std::uint64_t step = 0; step < 2; ++step) {
      set_gradients(parameters, 10 * step);
      optimiser->step();
    }
    std::size_t storage = 0;
    for (const auto& [name, tensor] : optimiser->state().tensors) storage += tensor.storage().nbytes();
    EXPECT_EQ(static_cast<std::int64_t>(storage), optimiser->expected_state_bytes());
  }
}

TEST_P(EveryOptimiser, NamesItsStateAfterTheParameters) {
  const auto optimiser = optimiser_of(GetParam(), some_parameters(at::kFloat));
  std::set<std::string> names;
  for (const auto& [name, tensor] : optimiser->state().tensors) names.insert(name);
  for (const auto& scalar : optimiser->state().scalars) names.insert(scalar.name);
  EXPECT_EQ(names.size(), optimiser->state().tensors.size() + optimiser->state().scalars.size());
  for (const auto& name : names)
    EXPECT_TRUE(name.starts_with("linear.weight/") || name.starts_with("conv.weight/") ||
                name.starts_with("conv.bias/") || name.starts_with("temperature/"))
        << name;
}

TEST_P(EveryOptimiser, LeavesATensorWithoutGradientAlone) {
  const auto parameters = some_parameters(at::kDouble);
  const auto optimiser = optimiser_of(GetParam(), parameters);
  const auto before = numbers(parameters[1].tensor);
  optimiser->set_learning_rate(0.1);
  for (std::uint64_t step = 0; step < 2; ++step) {
    set_gradients(parameters, 10 * step);
    parameters[1].tensor.mutable_grad() = at::Tensor();
    optimiser->step();
  }
  EXPECT_EQ(numbers(parameters[1].tensor), before);
  for (const auto& scalar : optimiser->state().scalars) {
    if (!scalar.name.ends_with("/steps")) continue;
    EXPECT_EQ(*scalar.value, scalar.name == "conv.weight/steps" ? 0 : 2) << scalar.name;
  }
}

TEST_P(EveryOptimiser, RestoredIntoAnotherReproducesTheNextStepBitForBit) {
  const auto parameters = some_parameters(at::kFloat);
  const auto optimiser = optimiser_of(GetParam(), parameters);
  optimiser->set_learning_rate(0.1);
  for (std::uint64_t step = 0; step < 3; ++step) {
    set_gradients(parameters, 10 * step);
    optimiser->step();
  }
  const auto saved_parameters = copies(parameters);
  const auto saved_tensors = copies(optimiser->state().tensors);
  const auto saved_scalars = copies(optimiser->state().scalars);
  set_gradients(parameters, 99);
  optimiser->step();

  const auto others = some_parameters(at::kFloat);
  const auto other = optimiser_of(GetParam(), others);
  auto state = other->state();
  for (std::size_t i = 0; i < others.size(); ++i) others[i].tensor.detach().copy_(saved_parameters[i]);
  for (std::size_t i = 0; i < state.tensors.size(); ++i) state.tensors[i].tensor.copy_(saved_tensors[i]);
  for (std::size_t i = 0; i < state.scalars.size(); ++i) *state.scalars[i].value = saved_scalars[i];
  set_gradients(others, 99);
  other->set_learning_rate(0.1);
  other->step();
  for (std::size_t i = 0; i < others.size(); ++i) EXPECT_EQ(numbers(others[i].tensor), numbers(parameters[i].tensor));
}

TEST_P(EveryOptimiser, MovesEveryTensorAndForgetsItsGradients) {
  const auto parameters = some_parameters(at::kFloat);
  const auto optimiser = optimiser_of(GetParam(), parameters);
  const auto before = copies(parameters);
  set_gradients(parameters, 5);
  optimiser->set_learning_rate(0.1);
  optimiser->step();
  optimiser->zero_grad();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    EXPECT_NE(numbers(parameters[i].tensor), numbers(before[i])) << parameters[i].name;
    EXPECT_FALSE(parameters[i].tensor.grad().defined());
  }
}

// The table of section 4: two networks small enough to build here.
TEST(OptimiserMemory, IsThatOfTheTableForThePongPolicy) {
  NamedTensors parameters;
  const std::vector<std::vector<std::int64_t>> weights{{32, 4, 8, 8}, {64, 32, 4, 4}, {32, 64, 3, 3},
                                                       {512, 1568},   {1, 512},       {6, 512}};
  for (const auto& shape : weights) {
    parameters.push_back({"weight", random_parameter(shape, 1, at::kFloat)});
    parameters.push_back({"bias", random_parameter({shape[0]}, 1, at::kFloat)});
  }
  ASSERT_EQ(total_elements(parameters), 866'439);
  const std::map<std::string, std::int64_t> expected{
      {R"({"name": "sgd"})", 0},           {R"({"name": "sgd", "momentum": 0.9})", 3'465'756},
      {R"({"name": "madam"})", 3'465'756}, {R"({"name": "adam"})", 6'931'512},
      {R"({"name": "lamb"})", 6'931'656},  {R"({"name": "nero"})", 5'224}};
  for (const auto& [config, bytes] : expected) {
    EXPECT_EQ(total_bytes(optimiser_of(config, parameters)->state().tensors), bytes) << config;
  }
}

TEST(OptimiserMemory, IsThatOfTheTableForTheNetworkWithoutVectors) {
  NamedTensors parameters(4, {"weight", random_parameter({784, 784}, 1, at::kFloat)});
  parameters.push_back({"weight", random_parameter({10, 784}, 1, at::kFloat)});
  ASSERT_EQ(total_elements(parameters), 2'466'464);
  EXPECT_EQ(total_bytes(optimiser_of(R"({"name": "nero"})", parameters)->state().tensors), 12'604);
  EXPECT_EQ(total_bytes(optimiser_of(R"({"name": "lamb"})", parameters)->state().tensors), 19'731'772);
  EXPECT_EQ(total_bytes(optimiser_of(R"({"name": "adamw"})", parameters)->state().tensors), 19'731'712);
}

std::string complaint_about(const std::string& json) {
  try {
    optimiser_of(json, {});
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST(OptimiserOptions, OfTheWrongNameTypeOrRangeAreErrorsThatSaySo) {
  EXPECT_THAT(complaint_about(R"({"name": "nreo"})"), HasSubstr("'nero'"));
  EXPECT_THAT(complaint_about(R"({"name": "nero", "bata": 0.9})"), HasSubstr("did you mean 'beta'"));
  EXPECT_THAT(complaint_about(R"({"name": "nero", "beta": 1})"),
              HasSubstr("beta: expected a number in [0, 1), found 1"));
  EXPECT_THAT(complaint_about(R"({"name": "nero", "constrain_mean": 1})"),
              HasSubstr("constrain_mean: expected true or false"));
  EXPECT_THAT(complaint_about(R"({"name": "lamb", "weight_norm_clamp": -1})"), HasSubstr("weight_norm_clamp"));
  EXPECT_THAT(complaint_about(R"({"name": "madam", "g_bound": 0})"), HasSubstr("g_bound: expected a number > 0"));
  EXPECT_THAT(complaint_about(R"({"name": "adam", "epsilon": "1e-8"})"), HasSubstr("epsilon: expected a number"));
  EXPECT_THAT(complaint_about(R"({"name": "sgd", "clip_norm": -0.5})"), HasSubstr("clip_norm"));
}

TEST(OptimiserOptions, WantMomentumForNesterov) {
  EXPECT_THAT(complaint_about(R"({"name": "sgd", "nesterov": true})"),
              HasSubstr("nesterov: expected false without momentum"));
}

TEST(OptimiserOptions, AreResolvedWithTheirDefaults) {
  const Json config{{"name", "lamb"}, {"beta1", 0}};
  JsonReader reader(config, "test");
  parse_optimiser(reader);
  EXPECT_EQ(reader.resolved(),
            parse_json(R"({"name": "lamb", "beta1": 0.0, "beta2": 0.999, "epsilon": 1e-6, "weight_decay": 0.0,
      "weight_norm_clamp": 10.0, "bias_correction": false, "constrain": false, "clip_norm": 0.0,
      "implementation": "auto", "step_in_backward": false})",
                       "test"));
}

TEST(OptimiserRegistry, DescribesEveryOptimiserWithItsDefaults) {
  const auto list = optimisers().describe();
  EXPECT_EQ(list.size(), 6);
  for (const auto& entry : list) {
    EXPECT_FALSE(entry["options"].empty()) << entry;
    for (const auto& option : entry["options"]) EXPECT_FALSE(option["required"]) << entry;
  }
}

}  // namespace
}  // namespace nero_bench
