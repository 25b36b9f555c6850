#include "harness/report/numbers.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace nero_bench {
namespace {

TEST(RateText, IsShortAndExact) {
  EXPECT_EQ(rate_text(1e-4), "1e-4");
  EXPECT_EQ(rate_text(0.1), "1e-1");
  EXPECT_EQ(rate_text(0.25), "2.5e-1");
  EXPECT_EQ(rate_text(1), "1");
  EXPECT_EQ(rate_text(2.5), "2.5");
  EXPECT_EQ(rate_text(1e-10), "1e-10");
  EXPECT_EQ(rate_text(1e20), "1e20");
  EXPECT_EQ(rate_text(1e-310), "1e-310");
  EXPECT_EQ(std::stod(rate_text(0.1 + 0.2)), 0.1 + 0.2);
}

TEST(MetricText, ShowsThreeDigitsAfterThePointAndDropsTheZeroBefore) {
  EXPECT_EQ(metric_text(0.8394), ".839");
  EXPECT_EQ(metric_text(1), "1.000");
  EXPECT_EQ(metric_text(0), ".000");
  EXPECT_EQ(metric_text(-0.5), "-.500");
  EXPECT_EQ(metric_text(2.3026), "2.303");
  EXPECT_EQ(metric_text(12.3456), "12.35");
  EXPECT_EQ(metric_text(1234.5), "1234");
  EXPECT_EQ(metric_text(0.8394, 4), ".8394");
}

TEST(MetricText, ShowsTheVerySmallAndLargeWithExponents) {
  EXPECT_EQ(metric_text(1.24e-5), "1.2e-5");
  EXPECT_EQ(metric_text(3.1e7), "3.1e7");
}

TEST(MetricText, NeverHidesNonFiniteNumbers) {
  EXPECT_EQ(metric_text(std::nan("")), "nan");
  EXPECT_EQ(metric_text(std::numeric_limits<double>::infinity()), "inf");
}

TEST(BytesText, IsExactAsLongAsItFits) {
  EXPECT_EQ(bytes_text(0), "0");
  EXPECT_EQ(bytes_text(999), "999");
  EXPECT_EQ(bytes_text(1'442'816), "1,442,816");
  EXPECT_EQ(bytes_text(627'200'000), "627.2 MB");
  EXPECT_EQ(bytes_text(12'345'678'900), "12.3 GB");
}

TEST(MillisecondsText, HasThreeDigits) {
  EXPECT_EQ(milliseconds_text(0.0000521), "0.052");
  EXPECT_EQ(milliseconds_text(0.00123), "1.23");
  EXPECT_EQ(milliseconds_text(0.0456), "45.6");
  EXPECT_EQ(milliseconds_text(1.2345), "1234");
}

TEST(RateText, TakesRatesThatAreHardlyDoubles) {
  EXPECT_EQ(rate_text(1e-308), "1e-308");
  EXPECT_EQ(rate_text(5e-324), "5e-324");
}

TEST(EstimateText, SaysHowSureItIs) {
  EXPECT_EQ(estimate_text({0.8, 5, Interval{0.79, 0.81}, 3}), ".800 (.790 to .810)");
  EXPECT_EQ(estimate_text({0.8, 2, std::nullopt, 3}), ".800†");
  EXPECT_EQ(estimate_text({std::numeric_limits<double>::quiet_NaN(), 0, std::nullopt, 3}), "-");
}

}  // namespace
}  // namespace nero_bench
