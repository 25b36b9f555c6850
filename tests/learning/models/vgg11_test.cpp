#include "learning/models/vgg11.h"

#include <ATen/ops/equal.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/errors.h"
#include "learning/models/builds.h"
#include "learning/tensors/generator.h"

namespace nero_bench {
namespace {

using testing::HasSubstr;

Json narrow() { return {{"name", "vgg11"}, {"width_multiplier", 0.0625}}; }

TEST(Vgg11, HasTheParametersOfTheFigures) {  // table 1.2 and section 2.0 of the specification
  const auto model = model_of({{"name", "vgg11"}}, {3, 32, 32}, 10);
  EXPECT_EQ(total_elements(model->parameters()), 28'141'258);
  EXPECT_EQ(model->parameters().size(), 14);
  EXPECT_TRUE(model->buffers().empty());
  std::int64_t of_convolutions = 0;
  for (const auto& [name, tensor] : model->parameters()) of_convolutions += tensor.dim() == 4 ? tensor.numel() : 0;
  EXPECT_EQ(of_convolutions, 9'217'728);
}

// Section 3.3 of the specification lists the norms, rounded. That of the smallest layer, of 1,728 weights, is known to
// 1.7 %.
TEST(Vgg11, StartsWithTheNormsOfTheSpecification) {
  const auto model = model_of({{"name", "vgg11"}}, {3, 32, 32}, 10);
  const std::vector<double> norms{2.4, 11.3, 16, 22.6, 22.6, 32, 32, 32, 36.95, 36.95, 1.8};
  std::size_t layer = 0;
  for (const auto& [name, tensor] : model->parameters()) {
    if (tensor.dim() == 1) continue;
    EXPECT_NEAR(tensor.norm().item<double>(), norms[layer], 0.06 * norms[layer]) << name;
    EXPECT_NEAR(tensor.mean().item<double>() / tensor.std().item<double>(), 0, 0.1) << name;
    ++layer;
  }
  EXPECT_EQ(layer, norms.size());
}

// A normal distribution has 68.27 % within a standard deviation, a uniform one 57.7 %.
TEST(Vgg11, StartsWithNormalConvolutionsAndUniformLinearLayers) {
  const auto model = model_of({{"name", "vgg11"}}, {3, 32, 32}, 10);
  for (const auto& [name, tensor] : model->parameters()) {
    if (tensor.numel() < 10'000) continue;
    const double deviation = tensor.std().item<double>();
    const double within = tensor.abs().le(deviation).to(at::kDouble).mean().item<double>();
    EXPECT_NEAR(within, tensor.dim() == 4 ? 0.6827 : 1 / std::sqrt(3), 0.01) << name;
  }
  for (const auto& [name, tensor] : model->parameters()) {
    if (tensor.dim() != 1) continue;
    const double bound = name == "linear1.bias" ? 1 / std::sqrt(512.0) : 1 / std::sqrt(4096.0);
    EXPECT_LE(tensor.abs().max().item<double>(), bound * (1 + 1e-6)) << name;
    EXPECT_GT(tensor.abs().max().item<double>(), bound * 0.6) << name;
  }
}

TEST(Vgg11, OfAnotherWidthHasAsMuchOfEveryLayer) {
  const auto model = model_of(narrow(), {1, 32, 32}, 10);  // 4, 8, 16, 16, 32 … channels, 256 neurons
  std::vector<std::int64_t> neurons;
  for (const auto& [name, tensor] : model->parameters()) {
    if (tensor.dim() > 1) neurons.push_back(tensor.size(0));
  }
  EXPECT_EQ(neurons, (std::vector<std::int64_t>{4, 8, 16, 16, 32, 32, 32, 32, 256, 256, 10}));
}

TEST(Vgg11, TakesImagesOfOtherSizes) {
  const auto model = model_of(narrow(), {1, 70, 64}, 5);
  EXPECT_EQ(model->head(model->features(random_images(2, 70, 1).narrow(3, 0, 64), {})).sizes(),
            (std::vector<std::int64_t>{2, 5}));
}

TEST(Vgg11, DropsHalfOfItsFeaturesInTrainingAlone) {
  const auto model = model_of(narrow(), {1, 32, 32}, 10);
  const auto images = random_images(64, 32, 1);
  const auto alive = [](const at::Tensor& features) { return features.ne(0).to(at::kDouble).mean().item<double>(); };
  const auto evaluated = model->features(images, {});
  EXPECT_TRUE(at::equal(model->features(images, {}), evaluated));
  const auto trained = model->features(images, {.dropout = generator_on(at::kCPU, 1)});
  EXPECT_NEAR(alive(trained) / alive(evaluated), 0.5, 0.1);
  EXPECT_TRUE(at::equal(model->features(images, {.dropout = generator_on(at::kCPU, 1)}), trained));
}

TEST(Vgg11, HasTheSameWeightsForTheSameSeedAndOthersForAnother) {
  const auto weight = [](std::uint64_t seed) {
    return model_of(narrow(), {3, 32, 32}, 10, seed)->parameters()[2].tensor.detach();
  };
  EXPECT_TRUE(at::equal(weight(1), weight(1)));
  EXPECT_FALSE(at::equal(weight(1), weight(2)));
}

TEST(Vgg11, SaysThatItNeedsImagesOfThirtyTwoPixels) {
  try {
    model_of(narrow(), {3, 28, 28}, 10);
    FAIL() << "28x28 was taken";
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), HasSubstr("vgg11 expects images of at least 32x32 pixels, found 28x28"));
  }
}

TEST(Classes, MayBeMoreThanTheDataSetHasAndNotFewer) {
  Json config = narrow();
  config["classes"] = 100;
  const auto model = model_of(config, {3, 32, 32}, 10);
  EXPECT_EQ(model->head(model->features(at::zeros({1, 3, 32, 32}), {})).size(1), 100);
  try {
    model_of(config, {3, 32, 32}, 101);
    FAIL() << "a class without a logit was taken";
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), HasSubstr("classes: expected at least the 101 classes of the data set, found 100"));
  }
}

TEST(ConvolutionalOptions, OfTheWrongNameOrRangeAreErrorsThatSaySo) {
  for (const char* name : {"vgg11", "resnet18", "resnet50"}) {
    EXPECT_THAT(complaint_about({{"name", name}, {"width_multiplyer", 2}}),
                HasSubstr("did you mean 'width_multiplier'"));
    EXPECT_THAT(complaint_about({{"name", name}, {"width_multiplier", 0}}), HasSubstr("at width_multiplier: expected"));
    EXPECT_THAT(complaint_about({{"name", name}, {"classes", -1}}), HasSubstr("at classes: expected a whole number"));
  }
}

}  // namespace
}  // namespace nero_bench
