#include "learning/metrics/late_reading.h"

#include <ATen/ops/scalar_tensor.h>
#include <gtest/gtest.h>

namespace nero_bench {
namespace {

TEST(LateReading, GivesWhatWasHandedInBefore) {
  LateReading reading;
  const auto number = at::scalar_tensor(1.5, at::kDouble);
  EXPECT_EQ(reading.pending(), std::nullopt);
  EXPECT_EQ(reading.exchange(number), std::nullopt);
  number.fill_(-2);  // it was copied
  EXPECT_EQ(reading.pending(), 1.5);
  EXPECT_EQ(reading.exchange(number), 1.5);
  EXPECT_EQ(reading.exchange(number), -2);
}

}  // namespace
}  // namespace nero_bench
