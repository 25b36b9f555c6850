#include "learning/metrics/measurement.h"

#include <ATen/ops/tensor.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <limits>

namespace nero_bench {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;
using testing::Pair;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

at::Tensor tensor_of(const std::vector<double>& flat, at::IntArrayRef shape) {
  return at::tensor(flat, at::kDouble).reshape(shape);
}

at::Tensor labels_of(const std::vector<std::int64_t>& labels) { return at::tensor(labels, at::kLong); }

// Logits (ln 1, ln 2, ln 5) are probabilities (1/8, 2/8, 5/8).
const std::vector<double> kEighths{0, std::log(2), std::log(5)};

TEST(Classify, GivesTheMeanCrossEntropy) {
  std::vector<double> logits = kEighths;
  logits.insert(logits.end(), {1, 1, 1});
  const auto result = classify(tensor_of(logits, {2, 3}), labels_of({1, 0}));
  EXPECT_NEAR(result.loss.item<double>(), (std::log(4) + std::log(3)) / 2, 1e-15);
}

TEST(Classify, CountsTheSamplesWhoseLargestLogitIsTheLabels) {
  const auto logits = tensor_of({1, 3, 2, 5, 4, 6, 9, 8, 7}, {3, 3});
  EXPECT_EQ(classify(logits, labels_of({1, 2, 0})).correct.item<double>(), 3);
  EXPECT_EQ(classify(logits, labels_of({1, 0, 1})).correct.item<double>(), 1);
  EXPECT_EQ(classify(logits, labels_of({1, 0, 1})).correct.scalar_type(), at::kDouble);
}

TEST(Classify, TakesTheFirstOfEqualLogits) {
  EXPECT_EQ(classify(tensor_of({1, 1, 1}, {1, 3}), labels_of({0})).correct.item<double>(), 1);
}

TEST(Classify, TakesLogitsThatAreNotNumbersForClassZero) {  // Q31 of the specification
  const auto result = classify(tensor_of(std::vector<double>(9, kNan), {3, 3}), labels_of({0, 1, 0}));
  EXPECT_EQ(result.correct.item<double>(), 2);
  EXPECT_TRUE(std::isnan(result.loss.item<double>()));
}

TEST(Classify, HasALossWhoseGradientIsProbabilityMinusTruth) {
  const auto logits = tensor_of(kEighths, {1, 3}).requires_grad_();
  torch::autograd::backward({classify(logits, labels_of({1})).loss}, {});
  const auto gradient = logits.grad();
  EXPECT_NEAR(gradient[0][0].item<double>(), 0.125, 1e-15);
  EXPECT_NEAR(gradient[0][1].item<double>(), -0.75, 1e-15);
  EXPECT_NEAR(gradient[0][2].item<double>(), 0.625, 1e-15);
}

TEST(Classify, StaysFiniteForLogitsBeyondTheRangeOfTheExponential) {
  EXPECT_NEAR(classify(tensor_of({1000, 0}, {1, 2}), labels_of({1})).loss.item<double>(), 1000, 1e-12);
}

double top5_of(const std::vector<double>& logits, std::int64_t label) {
  return count_top5(tensor_of(logits, {1, static_cast<std::int64_t>(logits.size())}), labels_of({label}))
      .item<double>();
}

TEST(CountTop5, TakesTheLabelsOfTheFiveLargestLogits) {
  const std::vector<double> logits{0, 70, 10, 60, 20, 50, 30, 40};
  for (const std::int64_t label : {1, 3, 5, 7, 6}) EXPECT_EQ(top5_of(logits, label), 1) << label;
  for (const std::int64_t label : {4, 2, 0}) EXPECT_EQ(top5_of(logits, label), 0) << label;
}

TEST(CountTop5, TakesTheLowerClassesOfEqualLogits) {  // as the arg-max does
  EXPECT_EQ(top5_of({1, 1, 1, 1, 1, 1, 1}, 4), 1);
  EXPECT_EQ(top5_of({1, 1, 1, 1, 1, 1, 1}, 5), 0);
}

TEST(CountTop5, NeverTakesANan) {
  const std::vector<double> nothing(7, kNan);
  for (std::int64_t label = 0; label < 7; ++label) EXPECT_EQ(top5_of(nothing, label), 0) << label;
  EXPECT_EQ(top5_of({kNan, kNan}, 0), 0);
}

TEST(CountTop5, CountsOverTheBatch) {
  EXPECT_EQ(count_top5(tensor_of({6, 5, 4, 3, 2, 1, 6, 5, 4, 3, 2, 1, 6, 5, 4, 3, 2, 1}, {3, 6}), labels_of({0, 5, 4}))
                .item<double>(),
            2);
}

Measurement measured(const std::string& name, double sum, std::int64_t count) {
  return {name, at::tensor(sum, at::kDouble), count};
}

TEST(MeasurementSums, GivesMeansOverAllSamplesNotOverBatches) {
  MeasurementSums sums;
  sums.add({measured("loss", 30, 10), measured("accuracy", 9, 10)});
  sums.add({measured("loss", 2, 2), measured("accuracy", 0, 2)});
  EXPECT_THAT(sums.means(), ElementsAre(Pair("loss", DoubleEq(32.0 / 12)), Pair("accuracy", DoubleEq(0.75))));
  EXPECT_EQ(sums.sums()[0].count, 12);
}

TEST(MeasurementSums, ClearedStartsAnew) {
  MeasurementSums sums;
  EXPECT_TRUE(sums.means().empty());
  sums.add({measured("loss", 30, 10)});
  sums.clear();
  sums.add({measured("accuracy", 3, 4)});
  EXPECT_THAT(sums.means(), ElementsAre(Pair("accuracy", DoubleEq(0.75))));
}

TEST(MeasurementSums, LeavesTheMeasurementsThemselvesAlone) {
  const Measurements first{measured("loss", 1, 1)};
  MeasurementSums sums;
  sums.add(first);
  sums.add({measured("loss", 5, 1)});
  EXPECT_EQ(first[0].sum.item<double>(), 1);
}

TEST(MeasurementSums, AreFiniteUntilOneValueIsNot) {
  for (const double value : {kNan, kInfinity, -kInfinity}) {
    MeasurementSums sums;
    sums.add({measured("loss", 1, 1), measured("accuracy", 1, 1)});
    EXPECT_TRUE(sums.all_finite());
    EXPECT_EQ(sums.total().item<double>(), 2);
    sums.add({measured("loss", 1, 1), measured("accuracy", value, 1)});
    EXPECT_FALSE(sums.all_finite()) << value;
    EXPECT_FALSE(std::isfinite(sums.total().item<double>())) << value;
  }
}

TEST(MeasurementSums, RefusesMeasurementsOfOtherNamesAsABug) {
  MeasurementSums sums;
  sums.add({measured("loss", 1, 1)});
  EXPECT_THROW(sums.add({measured("accuracy", 1, 1)}), std::logic_error);
  EXPECT_THROW(sums.add({}), std::logic_error);
}

}  // namespace
}  // namespace nero_bench
