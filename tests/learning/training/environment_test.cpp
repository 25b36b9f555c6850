#include "learning/training/environment.h"

#include <ATen/Context.h>
#include <gtest/gtest.h>

namespace nero_bench {
namespace {

// What LibTorch does by default, or by another program's wish.
void allow_anything() {
  auto& context = at::globalContext();
  context.setDeterministicAlgorithms(false, /*warn_only=*/false);
  context.setFloat32MatmulPrecision("high");
  context.setAllowTF32CuDNN(true);
}

TEST(Environment, IsDescribedAsItIs) {
  allow_anything();
  const auto environment = describe_environment(*open_device("cpu"));
  EXPECT_EQ(environment.at("deterministic"), "no");
  EXPECT_EQ(environment.at("float32_matmul_precision"), "high");
  EXPECT_EQ(environment.at("float32_convolution_precision"), "tf32");
}

TEST(FixedArithmetic, IsDeterministicAndOfFullPrecisionInConvolutionsToo) {
  allow_anything();
  fix_arithmetic(1);
  const auto environment = describe_environment(*open_device("cpu"));
  EXPECT_EQ(environment.at("deterministic"), "yes");
  EXPECT_EQ(environment.at("float32_matmul_precision"), "highest");
  EXPECT_EQ(environment.at("float32_convolution_precision"), "highest");
  EXPECT_EQ(environment.at("threads"), "1");
  EXPECT_FALSE(at::globalContext().allowTF32CuDNN());
}

}  // namespace
}  // namespace nero_bench
