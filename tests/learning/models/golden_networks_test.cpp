#include <ATen/core/grad_mode.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/tensor.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>

#include "learning/models/builds.h"
#include "learning/models/fixed_state.h"

namespace nero_bench {
namespace {

// What PyTorch computes with torchvision's ResNet-50, and with the networks for CIFAR as the paper describes them
// (tests/golden/networks).
class GoldenNetwork : public testing::TestWithParam<std::string> {
 protected:
  GoldenNetwork()
      : golden_(load_json(NERO_BENCH_SOURCE_DIR "/tests/golden/networks/" + GetParam() + ".json")),
        images_(fixed_images(golden_.at("image_side"))) {
    const std::int64_t side = golden_.at("image_side");
    const auto classes = static_cast<std::int64_t>(golden_.at("training_logits").at(0).size());
    model_ = model_of({{"name", GetParam()}}, {3, side, side}, classes);
    set_fixed_state(*model_);
  }

  // Within four times of what PyTorch itself is off in float32: relative to the largest logit, or to each norm.
  double tolerance(const std::string& key) const {
    return 4 * golden_.at("float32_deviation").at(key).get<double>() + 1e-6;
  }

  void expect_logits(const at::Tensor& logits, const char* key) const {
    const auto expected = golden_.at(key).get<Matrix>();
    double largest = 0;
    for (const auto& row : expected) {
      for (const double value : row) largest = std::max(largest, std::abs(value));
    }
    const auto found = matrix(logits);
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i)
      EXPECT_THAT(found[i], testing::Pointwise(testing::DoubleNear(tolerance(key) * largest), expected[i]));
  }

  void expect_norm(const at::Tensor& tensor, const char* key, std::size_t i) const {
    const double expected = golden_.at(key).at(i);
    EXPECT_NEAR(tensor.to(at::kDouble).norm().item<double>(), expected, tolerance(key) * expected) << key << " " << i;
  }

  at::Tensor logits(const Pass& pass) { return model_->head(model_->features(images_, pass)); }

  Json golden_;
  at::Tensor images_;
  std::unique_ptr<Model> model_;
};

INSTANTIATE_TEST_SUITE_P(EveryNetwork, GoldenNetwork, testing::Values("vgg11", "resnet18", "resnet50"),
                         [](const auto& test) { return test.param; });

TEST_P(GoldenNetwork, HasTheTensorsOfPyTorchsInTheSameOrder) {
  EXPECT_EQ(checksum_of(*model_, images_), golden_.at("sha256").get<std::string>());
  EXPECT_EQ(total_elements(model_->parameters()), golden_.at("parameters"));
  EXPECT_EQ(model_->parameters().size(), golden_.at("tensors"));
}

TEST_P(GoldenNetwork, HasTheLogitsOfPyTorchsInEvaluation) {
  const at::NoGradGuard no_gradient;
  expect_logits(logits(Pass{}), "evaluation_logits");
}

TEST_P(GoldenNetwork, HasTheLogitsGradientsAndRunningStatisticsOfPyTorchsInTraining) {
  const auto found = logits({.batch_statistics = true, .update_statistics = true});
  expect_logits(found, "training_logits");
  const auto labels = at::tensor(golden_.at("labels").get<std::vector<std::int64_t>>());
  torch::autograd::backward({at::cross_entropy_loss(found, labels)}, {});
  const auto& parameters = model_->parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i) expect_norm(parameters[i].tensor.grad(), "gradient_norms", i);
  const auto& buffers = model_->buffers();
  for (std::size_t i = 0; i < buffers.size(); ++i) expect_norm(buffers[i].tensor, "statistic_norms", i);
}

}  // namespace
}  // namespace nero_bench
