#include "learning/metrics/trivial.h"

#include <ATen/ops/tensor.h>
#include <gmock/gmock.h>

#include <cmath>

namespace nero_bench {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::Pair;

at::Tensor labels(std::initializer_list<std::int64_t> values) { return at::tensor(values, at::kLong); }

// Trained on 1, 1, 1, 0; judged on 1, 0, 0, 1, 1: three of five right; −(3/5 ln 3/4 + 2/5 ln 1/4).
TEST(TrivialScores, AreThoseOfTheMostFrequentClassAndOfTheFrequencies) {
  EXPECT_THAT(trivial_scores("test", labels({1, 0, 0, 1, 1}), labels({1, 1, 1, 0}), 3),
              ElementsAre(Pair("trivial.test.accuracy", 0.6),
                          Pair("trivial.test.loss", DoubleNear(-0.6 * std::log(0.75) - 0.4 * std::log(0.25), 1e-12))));
}

TEST(TrivialScores, OfBalancedClassesAreChanceAndTheLogarithmOfTheirNumber) {
  EXPECT_THAT(
      trivial_scores("train", labels({0, 1, 2, 3}), labels({0, 1, 2, 3}), 4),
      ElementsAre(Pair("trivial.train.accuracy", 0.25), Pair("trivial.train.loss", DoubleNear(std::log(4), 1e-12))));
}

TEST(TrivialScores, OfAClassThatNeverOccurredInTrainingAreAnInfiniteLoss) {
  EXPECT_TRUE(std::isinf(trivial_scores("test", labels({2}), labels({0, 1}), 3)[1].second));
}

}  // namespace
}  // namespace nero_bench
