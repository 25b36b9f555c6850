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

}  // namespace
}  // namespace nero_bench
