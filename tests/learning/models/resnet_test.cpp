#include "learning/models/resnet.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "learning/models/builds.h"

namespace nero_bench {
namespace {

using testing::Each;

TEST(ResNet18, HasTheParametersOfFigureSix) {  // table 1.2 and section 2.0 of the specification
  const auto model = model_of({{"name", "resnet18"}}, {3, 32, 32}, 10);
  EXPECT_EQ(total_elements(model->parameters()), 11'173'962);
  EXPECT_EQ(model->parameters().size(), 62);
  EXPECT_EQ(model->buffers().size(), 2 * 20);
}

TEST(ResNet50, HasTheParametersOfFigureFour) {  // table 1.2
  const auto model = model_of({{"name", "resnet50"}}, {3, 224, 224}, 1000);
  EXPECT_EQ(total_elements(model->parameters()), 25'557'032);
  EXPECT_EQ(model->parameters().size(), 161);
}

// √(2 / (out · k²)) for convolutions, 1 and 0 for batch norm, the last one of a block included, ±1/√fan_in for the
// rest.
TEST(ResNets, StartAsTheSpecificationSays) {
  for (const char* name : {"resnet18", "resnet50"}) {
    const auto model = model_of({{"name", name}}, {3, 32, 32}, 10);
    for (const auto& [tensor_name, tensor] : model->parameters()) {
      SCOPED_TRACE(tensor_name);
      if (tensor.dim() == 4) {
        const double expected = std::sqrt(2.0 / static_cast<double>(tensor.size(0) * tensor.size(2) * tensor.size(3)));
        EXPECT_NEAR(tensor.std().item<double>(), expected, 0.05 * expected);
      } else if (tensor_name.starts_with("fc")) {
        const double bound = 1 / std::sqrt(name == std::string("resnet18") ? 512.0 : 2048.0);
        EXPECT_LE(tensor.abs().max().item<double>(), bound * (1 + 1e-6));
        EXPECT_GT(tensor.abs().max().item<double>(), bound * 0.6);
      } else {
        EXPECT_THAT(numbers(tensor), Each(tensor_name.ends_with("weight") ? 1 : 0));
      }
    }
    for (const auto& [buffer_name, buffer] : model->buffers())
      EXPECT_THAT(numbers(buffer), Each(buffer_name.ends_with("running_var") ? 1 : 0)) << buffer_name;
  }
}

TEST(ResNet18, OfAnotherWidthHasAsMuchOfEveryLayer) {
  const auto model = model_of({{"name", "resnet18"}, {"width_multiplier", 0.25}}, {3, 32, 32}, 7);
  EXPECT_EQ(model->parameters().front().tensor.sizes(), (std::vector<std::int64_t>{16, 3, 3, 3}));
  EXPECT_EQ(model->parameters().back().tensor.sizes(), (std::vector<std::int64_t>{7}));
  EXPECT_EQ(model->features(at::zeros({2, 3, 32, 32}), {}).sizes(), (std::vector<std::int64_t>{2, 128}));
}

// The paths of the first stage add 100, so that what comes from the stem passes the blocks' ReLUs, however negative it
// is; a ReLU in the stem would make both signals 0.
TEST(ResNet18, HasNoReluInItsStem) {  // Q6
  const auto model = model_of({{"name", "resnet18"}, {"width_multiplier", 0.0625}}, {1, 8, 8}, 10);
  const at::NoGradGuard no_gradient;
  const auto features_with_stem_bias = [&](double bias) {
    for (const auto& [name, tensor] : model->parameters()) {
      if (name == "bn1.bias") tensor.fill_(bias);
      if (name.starts_with("layer1.") && name.ends_with("bn2.weight")) tensor.zero_();
      if (name.starts_with("layer1.") && name.ends_with("bn2.bias")) tensor.fill_(100);
    }
    return model->features(random_images(2, 8, 1), {});
  };
  EXPECT_FALSE(at::equal(features_with_stem_bias(-50), features_with_stem_bias(-60)));
}

}  // namespace
}  // namespace nero_bench
