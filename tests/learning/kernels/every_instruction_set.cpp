#include "learning/kernels/every_instruction_set.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace nero_bench {

Floats random_floats(std::size_t size, std::uint64_t seed, float spread) {
  std::mt19937_64 random(seed);
  std::normal_distribution<float> normal(0, spread);
  Floats values(size);
  for (float& value : values) value = normal(random);
  return values;
}

Floats squares(Floats values) {
  for (float& value : values) value *= value;
  return values;
}

Doubles doubles(const Floats& values) { return {values.begin(), values.end()}; }

void expect_close(const Floats& actual, const Doubles& expected, const std::string& what) {
  double largest = 1e-30;
  for (const double value : expected) {
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  }
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (std::isfinite(expected[i])) {
      ASSERT_NEAR(actual[i], expected[i], 1e-6 * largest) << what << ", element " << i;
    } else {
      ASSERT_TRUE(actual[i] == expected[i] || (std::isnan(actual[i]) && std::isnan(expected[i])))
          << what << ", element " << i << ": " << actual[i] << " for " << expected[i];
    }
  }
}

INSTANTIATE_TEST_SUITE_P(, EveryInstructionSet, testing::ValuesIn(available_step_kernels()),
                         [](const auto& parameter) { return std::string(parameter.param->name); });

}  // namespace nero_bench
