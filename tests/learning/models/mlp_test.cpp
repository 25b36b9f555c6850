#include "learning/models/mlp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "learning/models/builds.h"

namespace nero_bench {
namespace {

using testing::DoubleNear;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pointwise;

TEST(Mlp, HasTheParametersOfFigureThreeRight) {  // table 1.2 of the specification
  const auto model = model_of({{"name", "mlp"}, {"depth", 100}, {"width", 784}}, {1, 28, 28}, 10);
  EXPECT_EQ(total_elements(model->parameters()), 60'936'410);
  EXPECT_EQ(model->parameters().size(), 200);
}

TEST(Mlp, NamesItsParametersLayerByLayerWeightsFirst) {
  const auto model = model_of({{"name", "mlp"}, {"depth", 2}, {"width", 4}}, {3, 2, 2}, 5);
  std::vector<std::string> names;
  for (const auto& [name, tensor] : model->parameters()) {
    names.push_back(name);
    EXPECT_TRUE(tensor.is_leaf() && tensor.requires_grad()) << name;
    EXPECT_EQ(tensor.scalar_type(), at::kFloat) << name;
  }
  EXPECT_THAT(names, ElementsAre("linear1.weight", "linear1.bias", "linear2.weight", "linear2.bias"));
  EXPECT_EQ(model->parameters()[0].tensor.sizes(), (std::vector<std::int64_t>{4, 12}));
  EXPECT_EQ(model->parameters()[2].tensor.sizes(), (std::vector<std::int64_t>{5, 4}));
}

TEST(Mlp, OfDepthOneIsALinearMap) {
  const auto model = model_of({{"name", "mlp"}, {"depth", 1}}, {1, 3, 3}, 4);
  EXPECT_EQ(total_elements(model->parameters()), 9 * 4 + 4);
  EXPECT_EQ(model->features(random_images(2, 3, 1), {}).sizes(), (std::vector<std::int64_t>{2, 9}));
}

// U(−b, b) has the standard deviation b / √3; 50,176 weights give it to about 0.3 %.
TEST(Mlp, StartsUniformWithinOneOverTheRootOfTheFanIn) {
  const auto model = model_of({{"name", "mlp"}, {"depth", 3}, {"width", 64}}, {1, 28, 28}, 10);
  for (const auto& [name, tensor] : model->parameters()) {
    const double bound = name.starts_with("linear1") ? 1.0 / 28 : 1.0 / 8;
    EXPECT_LE(tensor.abs().max().item<double>(), bound * (1 + 1e-6)) << name;
    EXPECT_GT(tensor.abs().max().item<double>(), bound * 0.8) << name;
  }
  const auto& first = model->parameters()[0].tensor;
  EXPECT_NEAR(first.std().item<double>(), 1 / (28 * std::sqrt(3)), 0.015 / 28);
  EXPECT_NEAR(first.mean().item<double>(), 0, 0.02 / 28);
}

TEST(Mlp, HasTheSameWeightsForTheSameSeedAndOthersForAnother) {
  const Json config{{"name", "mlp"}, {"depth", 3}};
  const auto first = model_of(config, {1, 8, 8}, 10, 7);
  const auto again = model_of(config, {1, 8, 8}, 10, 7);
  const auto other = model_of(config, {1, 8, 8}, 10, 8);
  for (std::size_t i = 0; i < first->parameters().size(); ++i) {
    EXPECT_EQ(numbers(first->parameters()[i].tensor), numbers(again->parameters()[i].tensor));
    EXPECT_NE(numbers(first->parameters()[i].tensor), numbers(other->parameters()[i].tensor));
  }
}

TEST(Mlp, BalancedHasRowsOfMeanZeroAndNormOne) {
  const auto model = model_of({{"name", "mlp"}, {"depth", 3}, {"width", 50}, {"init", "balanced"}}, {1, 8, 8}, 10);
  for (const auto& [name, tensor] : model->parameters()) {
    if (tensor.dim() < 2) continue;
    EXPECT_THAT(numbers(tensor.detach().to(at::kDouble).mean(1)), Each(DoubleNear(0, 3e-7))) << name;
    EXPECT_THAT(numbers(tensor.detach().to(at::kDouble).norm(2, 1)), Each(DoubleNear(1, 3e-7))) << name;
  }
}

TEST(Mlp, BalancedHasTheBiasesOfTheDefault) {
  const auto balanced = model_of({{"name", "mlp"}, {"init", "balanced"}}, {1, 8, 8}, 10, 3);
  const auto plain = model_of({{"name", "mlp"}}, {1, 8, 8}, 10, 3);
  for (std::size_t i = 1; i < plain->parameters().size(); i += 2)
    EXPECT_EQ(numbers(balanced->parameters()[i].tensor), numbers(plain->parameters()[i].tensor));
}

// x ← √2 · max(0, W x + b) but for the last layer, written out.
std::vector<double> forward(const NamedTensors& parameters, std::vector<double> x) {
  for (std::size_t layer = 0; layer < parameters.size(); layer += 2) {
    const auto weight = matrix(parameters[layer].tensor);
    auto sums = numbers(parameters[layer + 1].tensor);
    for (std::size_t i = 0; i < sums.size(); ++i) {
      sums[i] += std::inner_product(x.begin(), x.end(), weight[i].begin(), 0.0);
      if (layer + 2 < parameters.size()) sums[i] = std::sqrt(2) * std::max(0.0, sums[i]);
    }
    x = sums;
  }
  return x;
}

TEST(Mlp, ComputesWhatTheFormulaSays) {
  const auto model = model_of({{"name", "mlp"}, {"depth", 4}, {"width", 20}}, {1, 5, 5}, 7);
  const auto images = random_images(3, 5, 1);
  const auto logits = matrix(model->head(model->features(images, {})));
  for (std::int64_t i = 0; i < 3; ++i) {
    EXPECT_THAT(logits[i], Pointwise(DoubleNear(1e-6), forward(model->parameters(), numbers(images[i]))));
  }
}

TEST(Mlp, LeavesItsInputsAlone) {
  const auto images = random_images(2, 4, 1);
  const auto before = numbers(images);
  for (const int depth : {1, 3}) {
    const auto model = model_of({{"name", "mlp"}, {"depth", depth}}, {1, 4, 4}, 3);
    model->head(model->features(images, {}));
    EXPECT_EQ(numbers(images), before);
  }
}

double mean_square_of_features(const Json& config) {
  return model_of(config, {1, 20, 20}, 10)->features(random_images(64, 20, 1), {}).square().mean().item<double>();
}

// E[max(0, z)²] = ½ E[z²] for a symmetric z, so √2 keeps the mean square of what balanced layers pass on; as the input
// is white noise and a row has norm 1, that is about 1 at the start. Later, centred rows do not see the common mean of
// the activations, which keeps 1 − 1/π of the mean square; without the factor it halves at every layer.
TEST(Mlp, KeepsTheMeanSquareOfTheFirstBalancedLayerByTheFactorRootTwo) {
  const Json config{{"name", "mlp"}, {"depth", 2}, {"width", 400}, {"init", "balanced"}};
  EXPECT_NEAR(mean_square_of_features(config), 1, 0.05);
  Json without = config;
  without["activation_scale"] = 1;
  EXPECT_NEAR(mean_square_of_features(without), 0.5, 0.025);
}

TEST(MlpOptions, OfTheWrongNameTypeOrRangeAreErrorsThatSaySo) {
  EXPECT_THAT(complaint_about({{"name", "mlpp"}}), HasSubstr("did you mean 'mlp'"));
  EXPECT_THAT(complaint_about({{"name", "mlp"}, {"dept", 5}}), HasSubstr("did you mean 'depth'"));
  EXPECT_THAT(complaint_about({{"name", "mlp"}, {"depth", 0}}), HasSubstr("at depth: expected a whole number"));
  EXPECT_THAT(complaint_about({{"name", "mlp"}, {"width", 1.5}}), HasSubstr("at width: expected a whole number"));
  EXPECT_THAT(complaint_about({{"name", "mlp"}, {"activation_scale", 0}}), HasSubstr("at activation_scale"));
  EXPECT_THAT(complaint_about({{"name", "mlp"}, {"init", "orthogonal"}}),
              HasSubstr(R"(at init: expected one of "default", "balanced", found "orthogonal")"));
}

}  // namespace
}  // namespace nero_bench
