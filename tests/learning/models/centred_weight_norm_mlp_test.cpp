#include "learning/models/centred_weight_norm_mlp.h"

#include <ATen/core/grad_mode.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <numeric>

#include "learning/models/builds.h"

namespace nero_bench {
namespace {

using testing::DoubleNear;
using testing::HasSubstr;
using testing::Pointwise;

Json small(double init_scale = 1) {
  return {{"name", "centred_weight_norm_mlp"}, {"depth", 3}, {"width", 12}, {"init_scale", init_scale}};
}

TEST(CentredWeightNormMlp, HasTheParametersOfFigureThreeLeft) {  // table 1.2 of the specification
  const auto model = model_of({{"name", "centred_weight_norm_mlp"}}, {1, 28, 28}, 10);
  EXPECT_EQ(total_elements(model->parameters()), 2'466'464);
  EXPECT_EQ(model->parameters().size(), 5);
}

// The standard error of a deviation estimated from 614,656 numbers is 0.09 %.
TEST(CentredWeightNormMlp, StartsNormallyDistributedWithTheDeviationAskedFor) {
  for (const double scale : {1.0, 100.0}) {
    const auto model = model_of({{"name", "centred_weight_norm_mlp"}, {"init_scale", scale}}, {1, 28, 28}, 10);
    const auto weight = model->parameters()[1].tensor.detach().to(at::kDouble);
    EXPECT_NEAR(weight.std().item<double>(), scale, 0.01 * scale);
    EXPECT_NEAR(weight.mean().item<double>(), 0, 0.01 * scale);
    EXPECT_NEAR(weight.abs().le(scale).to(at::kDouble).mean().item<double>(), 0.6827, 0.005);
  }
}

// The rows of a raw matrix, each minus its mean and divided by its norm.
Matrix effective(Matrix raw) {
  for (auto& row : raw) {
    const double mean = std::accumulate(row.begin(), row.end(), 0.0) / static_cast<double>(row.size());
    for (auto& value : row) value -= mean;
    const double norm = std::sqrt(std::inner_product(row.begin(), row.end(), row.begin(), 0.0));
    for (auto& value : row) value /= norm;
  }
  return raw;
}

// x ← √2 · max(0, Ŵ x), the last layer without the √2 and the maximum; written out.
std::vector<double> forward(const std::vector<Matrix>& raw_weights, std::vector<double> x) {
  for (std::size_t layer = 0; layer < raw_weights.size(); ++layer) {
    std::vector<double> sums;
    for (const auto& row : effective(raw_weights[layer])) {
      const double sum = std::inner_product(x.begin(), x.end(), row.begin(), 0.0);
      sums.push_back(layer + 1 < raw_weights.size() ? std::sqrt(2) * std::max(0.0, sum) : sum);
    }
    x = sums;
  }
  return x;
}

std::vector<Matrix> raw_weights(const Model& model) {
  std::vector<Matrix> weights;
  for (const auto& [name, tensor] : model.parameters()) weights.push_back(matrix(tensor));
  return weights;
}

TEST(CentredWeightNormMlp, ComputesWhatTheFormulaSays) {
  for (const double scale : {1.0, 100.0}) {
    const auto model = model_of(small(scale), {1, 4, 4}, 5);
    const auto images = random_images(3, 4, 1);
    const auto logits = matrix(model->head(model->features(images, {})));
    for (std::int64_t i = 0; i < 3; ++i)
      EXPECT_THAT(logits[i], Pointwise(DoubleNear(3e-6), forward(raw_weights(*model), numbers(images[i]))));
  }
}

TEST(CentredWeightNormMlp, ComputesTheSameFromScaledAndShiftedRows) {
  const auto model = model_of(small(), {1, 4, 4}, 5);
  const auto images = random_images(3, 4, 1);
  const auto before = numbers(model->head(model->features(images, {})));
  {
    const at::NoGradGuard no_gradient;
    for (const auto& [name, tensor] : model->parameters()) {
      for (std::int64_t row = 0; row < tensor.size(0); ++row)
        tensor[row].mul_(0.5 + static_cast<double>(row)).add_(3.0 - static_cast<double>(row));
    }
  }
  EXPECT_THAT(numbers(model->head(model->features(images, {}))), Pointwise(DoubleNear(1e-5), before));
}

TEST(CentredWeightNormMlp, SharesItsStartBetweenScalesOfTheSameSeed) {
  const auto one = model_of(small(1), {1, 4, 4}, 5, 3);
  const auto hundred = model_of(small(100), {1, 4, 4}, 5, 3);
  const auto images = random_images(3, 4, 1);
  EXPECT_THAT(numbers(hundred->head(hundred->features(images, {}))),
              Pointwise(DoubleNear(1e-5), numbers(one->head(one->features(images, {})))));
}

// Σ of logit k · cos(k), which weighs every logit differently.
double weighed_sum(const std::vector<double>& logits) {
  double sum = 0;
  for (std::size_t k = 0; k < logits.size(); ++k) sum += logits[k] * std::cos(static_cast<double>(k));
  return sum;
}

TEST(CentredWeightNormMlp, HasTheGradientsOfTheFormulaWithRespectToTheRawWeights) {
  const auto model = model_of(small(), {1, 4, 4}, 5);
  const auto image = random_images(1, 4, 1);
  const auto logits = model->head(model->features(image, {}));
  at::Tensor sum = logits[0][0] * std::cos(0.0);
  for (std::int64_t k = 1; k < 5; ++k) sum = sum + logits[0][k] * std::cos(static_cast<double>(k));
  torch::autograd::backward({sum}, {});
  auto raw = raw_weights(*model);
  constexpr double kStep = 1e-5;
  for (std::size_t layer = 0; layer < raw.size(); ++layer) {
    const auto gradient = matrix(model->parameters()[layer].tensor.grad());
    for (std::size_t i = 0; i < raw[layer].size(); ++i) {
      auto& weight = raw[layer][i][2 * i % raw[layer][i].size()];
      const double before = weight;
      weight = before + kStep;
      const double above = weighed_sum(forward(raw, numbers(image)));
      weight = before - kStep;
      const double below = weighed_sum(forward(raw, numbers(image)));
      weight = before;
      EXPECT_NEAR(gradient[i][2 * i % raw[layer][i].size()], (above - below) / (2 * kStep), 1e-5) << layer << " " << i;
    }
  }
}

TEST(CentredWeightNormMlp, HasGradientsInverselyProportionalToTheScale) {
  std::vector<at::Tensor> gradients;
  for (const double scale : {1.0, 100.0}) {
    const auto model = model_of(small(scale), {1, 4, 4}, 5, 3);
    torch::autograd::backward({model->head(model->features(random_images(3, 4, 1), {})).square().sum()}, {});
    gradients.push_back(model->parameters()[0].tensor.grad() * scale);
  }
  EXPECT_THAT(numbers(gradients[1]), Pointwise(DoubleNear(1e-4), numbers(gradients[0])));
}

TEST(CentredWeightNormMlpOptions, OfTheWrongNameOrRangeAreErrorsThatSaySo) {
  const auto complaint = [](Json options) {
    options["name"] = "centred_weight_norm_mlp";
    return complaint_about(options);
  };
  EXPECT_THAT(complaint({{"width", 1}}), HasSubstr("at width: expected a whole number in [2, 1000000], found 1"));
  EXPECT_THAT(complaint({{"init_scale", 0}}), HasSubstr("at init_scale: expected a number > 0"));
  EXPECT_THAT(complaint({{"init", "balanced"}}), HasSubstr("init: unknown key"));
}

TEST(ModelRegistry, DescribesEveryModelWithItsDefaults) {
  for (const auto& entry : models().describe()) {
    EXPECT_FALSE(entry["options"].empty()) << entry;
    for (const auto& option : entry["options"]) EXPECT_FALSE(option["required"]) << entry;
  }
}

}  // namespace
}  // namespace nero_bench
