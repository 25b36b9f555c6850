#include "learning/optimisers/balance.h"

#include <ATen/ops/full.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "learning/optimisers/tensors.h"

namespace nero_bench {
namespace {

using testing::Each;
using testing::ElementsAre;

TEST(NeuronNorm, IsTheNormOfEachRow) {
  const auto weight = parameter_of({3, 0, 0, 4, 0, 0, -2, 0}, {2, 2, 2}).detach();
  EXPECT_THAT(numbers(neuron_norm(weight)), ElementsAre(5, 2));
  EXPECT_EQ(neuron_norm(weight).sizes(), (at::IntArrayRef{2, 1, 1}));
  EXPECT_EQ(neuron_count(weight), 2);
}

TEST(NeuronNorm, OfAVectorIsTheSizeOfEachElement) {
  EXPECT_THAT(numbers(neuron_norm(parameter_of({-2, 0, 3}, {3}))), ElementsAre(2, 0, 3));
  EXPECT_EQ(neuron_count(parameter_of({-2, 0, 3}, {3})), 3);
  EXPECT_THAT(numbers(neuron_norm(parameter_of({-2}, {}))), ElementsAre(2));
  EXPECT_EQ(neuron_count(parameter_of({-2}, {})), 1);
}

TEST(BalanceRows, CentresAndThenNormalises) {  // (1, 2, 3) − 2 = (−1, 0, 1)
  const auto weight = parameter_of({1, 2, 3, 5, -5, 0}, {2, 3}).detach();
  balance_rows(weight, {});
  const double half = std::sqrt(0.5);
  EXPECT_THAT(numbers(weight), testing::Pointwise(testing::DoubleNear(1e-15), {-half, 0.0, half, half, -half, 0.0}));
}

TEST(BalanceRows, DoesOnlyWhatIsAskedFor) {
  const auto centred = parameter_of({1, 2, 3}, {1, 3}).detach();
  balance_rows(centred, {.mean = true, .norm = false});
  EXPECT_THAT(numbers(centred), ElementsAre(-1, 0, 1));

  const auto normalised = parameter_of({3, 4}, {1, 2}).detach();
  balance_rows(normalised, {.mean = false, .norm = true});
  EXPECT_THAT(numbers(normalised), testing::Pointwise(testing::DoubleNear(1e-15), {0.6, 0.8}));
}

TEST(BalanceRows, ActsOnTheLogicalRowsWhateverTheMemoryLayout) {
  const auto plain = random_tensor({4, 3, 5, 5}, 1);
  const auto channels_last = plain.clone().contiguous(at::MemoryFormat::ChannelsLast);
  balance_rows(plain, {});
  balance_rows(channels_last, {});
  EXPECT_THAT(numbers(plain.sub(channels_last)), Each(testing::DoubleNear(0, 1e-15)));
}

TEST(BalanceRows, NamesTheRowsThatHaveNothingToDivideBy) {
  const auto weight = parameter_of({0, 0, 1, 2, 5, 5}, {3, 2}).detach();
  EXPECT_THAT(numbers(balance_rows(weight, {})), ElementsAre(1, 0, 1));
  EXPECT_THAT(numbers(weight.narrow(0, 0, 1)), ElementsAre(0, 0));
  EXPECT_THAT(numbers(weight.narrow(0, 2, 1)), ElementsAre(0, 0));
}

TEST(BalanceRows, WithoutCentringOnlyAZeroRowIsDegenerate) {
  const auto weight = parameter_of({0, 0, 3, 3}, {2, 2}).detach();
  EXPECT_THAT(numbers(balance_rows(weight, {.mean = false, .norm = true})), ElementsAre(1, 0));
}

// The mean of equal numbers is seldom exactly that number: what is left must not be blown up to unit norm.
TEST(BalanceRows, TakesTheRoundingErrorsOfAConstantRowForNothing) {
  for (const auto type : {at::kFloat, at::kDouble}) {
    for (const std::int64_t fan_in : {3, 7, 784, 4608}) {
      for (const double value : {0.1, -1e-20, 12345.678}) {
        const auto weight = at::full({2, fan_in}, value, at::TensorOptions(type));
        EXPECT_THAT(numbers(balance_rows(weight, {})), Each(1)) << fan_in << " times " << value;
        EXPECT_THAT(row_norms(weight), Each(testing::Le(1e-4 * std::abs(value))));
      }
    }
  }
}

TEST(BalanceRows, NormalisesSmallDifferencesOnALargeMean) {
  const auto weight = parameter_of({999, 1000, 1001}, {1, 3}, at::kFloat).detach();
  EXPECT_THAT(numbers(balance_rows(weight, {})), Each(0));
  EXPECT_THAT(row_norms(weight), Each(testing::DoubleNear(1, 3e-7)));
}

}  // namespace
}  // namespace nero_bench
