#include "base/distributions.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace nero_bench {
namespace {

TEST(Distributions, AgreeWithPublishedTables) {
  EXPECT_NEAR(student_quantile(0.975, 2), 4.302652729749464, 1e-12);
  EXPECT_NEAR(student_quantile(0.975, 4), 2.7764451051977987, 1e-12);
  EXPECT_NEAR(student_cdf(-4.302652729749464, 2), 0.025, 1e-14);
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-12);
  EXPECT_NEAR(normal_cdf(-1.959963984540054), 0.025, 1e-14);
}

TEST(Kolmogorov, AgreesWithMarsagliaTsangAndWang) {  // their example, section 3
  EXPECT_NEAR(kolmogorov_cdf(0.274, 10), 0.6284796154565, 1e-13);
}

TEST(Kolmogorov, OfOneAndTwoDrawsHasAClosedForm) {
  EXPECT_NEAR(kolmogorov_cdf(0.8, 1), 2 * 0.8 - 1, 1e-14);
  EXPECT_NEAR(kolmogorov_cdf(0.8, 2), 1 - 2 * 0.2 * 0.2, 1e-14);
  EXPECT_NEAR(kolmogorov_quantile(0.95, 1), 0.975, 1e-12);
}

TEST(Kolmogorov, IsZeroAndOneAtItsEnds) {
  EXPECT_EQ(kolmogorov_cdf(0.1, 5), 0);  // no distribution comes nearer than half a step
  EXPECT_EQ(kolmogorov_cdf(1, 5), 1);
}

TEST(Kolmogorov, QuantileInvertsTheDistribution) {
  for (const std::size_t count : {2U, 5U, 31U, 140U})
    EXPECT_NEAR(kolmogorov_cdf(kolmogorov_quantile(0.95, count), count), 0.95, 1e-12) << count;
}

TEST(Distributions, RefuseAProbabilityThatIsNone) {
  EXPECT_THROW(student_quantile(1, 3), std::invalid_argument);
  EXPECT_THROW(normal_quantile(0), std::invalid_argument);
  EXPECT_THROW(kolmogorov_quantile(1.5, 3), std::invalid_argument);
  EXPECT_THROW(kolmogorov_quantile(0.5, 0), std::invalid_argument);
}

}  // namespace
}  // namespace nero_bench
