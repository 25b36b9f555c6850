#include "trial/metric_names.h"

#include <gtest/gtest.h>

namespace nero_bench {
namespace {

TEST(DirectionOf, KnowsMetricsWithAndWithoutTheirSplit) {
  EXPECT_EQ(direction_of("accuracy"), Direction::kLargerIsBetter);
  EXPECT_EQ(direction_of("test.accuracy"), Direction::kLargerIsBetter);
  EXPECT_EQ(direction_of("train.running_loss"), Direction::kSmallerIsBetter);
  EXPECT_FALSE(direction_of("test").has_value());
  EXPECT_FALSE(direction_of("accuracy.test").has_value());
}

TEST(DirectionOf, KnowsEveryListedMetric) {
  for (const auto& name : metric_names()) EXPECT_TRUE(direction_of(name).has_value()) << name;
}

TEST(MetricNames, KnowThePerfectScore) {
  EXPECT_EQ(perfect_score("test.accuracy"), 1);
  EXPECT_EQ(perfect_score("running_accuracy"), 1);
  EXPECT_EQ(perfect_score("train.running_loss"), 0);
}

TEST(MetricNames, KnowTheSameMetricOfAWholePass) {
  EXPECT_EQ(without_running("train.running_accuracy"), "train.accuracy");
  EXPECT_EQ(without_running("test.loss"), "test.loss");
}

}  // namespace
}  // namespace nero_bench
