#include "learning/tasks/autocast.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/ones.h>
#include <gtest/gtest.h>

#include <cmath>

#include "learning/tasks/spy.h"

namespace nero_bench {
namespace {

at::ScalarType type_of_products(Precision precision) {
  const Autocast autocast(precision, at::kCPU);
  const auto convolved = at::conv2d(at::ones({1, 2, 4, 4}), at::ones({3, 2, 3, 3}));
  EXPECT_EQ(at::linear(at::ones({1, 4}), at::ones({3, 4})).scalar_type(), convolved.scalar_type());
  return convolved.scalar_type();
}

TEST(Autocast, MakesConvolutionsAndMatrixProductsBfloat16ForThatPrecisionAlone) {
  EXPECT_EQ(type_of_products(Precision::kFloat32), at::kFloat);
  EXPECT_EQ(type_of_products(Precision::kBfloat16), at::kBFloat16);
  EXPECT_EQ(type_of_products(Precision::kTf32), at::kFloat);
}

TEST(Autocast, ForgetsTheWeightsThatItHasCast) {
  const auto weight = at::ones({1, 1}).requires_grad_(true);
  const auto product = [&] {
    const Autocast autocast(Precision::kBfloat16, at::kCPU);
    return at::linear(at::ones({1, 1}), weight).item<double>();
  };
  EXPECT_EQ(product(), 1);
  weight.detach().fill_(2);
  EXPECT_EQ(product(), 2);
}

// The loss of a task is float32, and so is what it measures.
TEST(Task, OfBfloat16TakesItsLossOfFloat32Logits) {
  for (const auto& [precision, type] :
       {std::pair{Precision::kFloat32, at::kFloat}, {Precision::kBfloat16, at::kBFloat16}}) {
    SpiedTask spied(one_hot_samples(6), {.batch_size = 3, .precision = precision});
    const auto measured = spied.train_step(0);
    EXPECT_EQ(spied.model->logits_type, type);
    EXPECT_NEAR(measured.front().sum.item<double>() / 3, std::log(3),
                1e-6);  // of all-zero logits; 1.0986 to bfloat16's 1.1016
    EXPECT_EQ(spied.model->weight().scalar_type(), at::kFloat);
    EXPECT_EQ(spied.model->weight().grad().scalar_type(), at::kFloat);
    spied.task->evaluate(Split::kTest, 1);
    EXPECT_EQ(spied.model->logits_type, type);
  }
}

}  // namespace
}  // namespace nero_bench
