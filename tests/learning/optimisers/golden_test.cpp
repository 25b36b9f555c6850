#include "learning/optimisers/golden.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <sstream>
#include <string>
#include <tuple>

#include "learning/kernels/step_kernels.h"

namespace nero_bench {
namespace {

namespace fs = std::filesystem;
using golden::check_file;
using golden::disagreement;
using golden::files_with_runs;

const fs::path kFolder = fs::path(NERO_BENCH_SOURCE_DIR) / "tests" / "golden";

// A way in which a step can be computed: kernels is the set of fused ones, or nothing for tensor operations.
struct Path {
  std::string name;
  at::ScalarType type;
  std::string kernels;
};

std::vector<Path> paths() {
  std::vector<Path> list{{"float64", at::kDouble, ""}, {"float32", at::kFloat, ""}};
  for (const auto* kernels : available_step_kernels()) {
    const std::string name(kernels->name);
    list.push_back({"fused_" + name, at::kFloat, name});
  }
  return list;
}

void expect_agreement(const fs::path& file, const Path& path) {
  setenv("NERO_BENCH_KERNELS", path.kernels.c_str(), 1);
  const auto skipped = check_file(file, path.type, path.kernels.empty() ? "tensor_operations" : "fused",
                                  [](const std::string& complaint) { ADD_FAILURE() << complaint; });
  unsetenv("NERO_BENCH_KERNELS");
  for (const auto& run : skipped) {
    std::cout << "not compared (documents a division by zero): " << file.filename().string() << ", " << path.name
              << ", run " << run << '\n';
  }
}

// What another implementation computed, step by step.
class GoldenTrajectories : public testing::TestWithParam<std::tuple<fs::path, Path>> {};

TEST_P(GoldenTrajectories, AreReproduced) {
  const auto& [file, path] = GetParam();
  expect_agreement(file, path);
}

INSTANTIATE_TEST_SUITE_P(, GoldenTrajectories,
                         testing::Combine(testing::ValuesIn(files_with_runs(kFolder)), testing::ValuesIn(paths())),
                         [](const auto& parameter) {
                           return std::get<0>(parameter.param).stem().string() + "_" +
                                  std::get<1>(parameter.param).name;
                         });

// Further folders of such files, separated by colons.
TEST(MoreGoldenTrajectories, AreReproduced) {
  const char* folders = std::getenv("NERO_BENCH_GOLDEN_DIRS");
  if (folders == nullptr || *folders == '\0') GTEST_SKIP() << "NERO_BENCH_GOLDEN_DIRS is not set";
  std::istringstream list(folders);
  for (std::string folder; std::getline(list, folder, ':');) {
    const auto files = files_with_runs(folder);
    EXPECT_FALSE(files.empty()) << "nothing to replay in " << folder;
    for (const auto& file : files) {
      for (const auto& path : paths()) expect_agreement(file, path);
    }
  }
}

TEST(GoldenComparison, IsRelativeToTheLargestEntry) {
  EXPECT_EQ(disagreement({100.0009, 0.0009}, {100, 0}, 1e-5), "");
  EXPECT_NE(disagreement({100, 0.0011}, {100, 0}, 1e-5), "");
}

TEST(GoldenComparison, IsStricterWhereZerosAreExpected) {
  EXPECT_EQ(disagreement({0.9e-7}, {0}, 1e-5), "");
  EXPECT_NE(disagreement({1.1e-7}, {0}, 1e-5), "");
}

TEST(GoldenComparison, WantsNonFiniteValuesOfTheSameKind) {
  const double nan = std::nan("");
  const double infinity = HUGE_VAL;
  EXPECT_EQ(disagreement({nan, -infinity, 1}, {nan, -infinity, 1}, 1e-10), "");
  EXPECT_NE(disagreement({1}, {nan}, 1e-10), "");
  EXPECT_NE(disagreement({nan}, {1}, 1e-10), "");
  EXPECT_NE(disagreement({infinity}, {-infinity}, 1e-10), "");
}

}  // namespace
}  // namespace nero_bench
