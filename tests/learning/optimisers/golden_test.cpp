#include "learning/optimisers/golden.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <sstream>
#include <string>
#include <tuple>

namespace nero_bench {
namespace {

namespace fs = std::filesystem;
using golden::check_file;
using golden::disagreement;
using golden::files_with_runs;

const fs::path kFolder = fs::path(NERO_BENCH_SOURCE_DIR) / "tests" / "golden";

std::string name_of(at::ScalarType type) { return type == at::kDouble ? "float64" : "float32"; }

void expect_agreement(const fs::path& file, at::ScalarType type) {
  const auto skipped = check_file(file, type, [](const std::string& complaint) { ADD_FAILURE() << complaint; });
  for (const auto& run : skipped) {
    std::cout << "not compared (documents a division by zero): " << file.filename().string() << ", " << name_of(type)
              << ", run " << run << '\n';
  }
}

// What another implementation computed, step by step.
class GoldenTrajectories : public testing::TestWithParam<std::tuple<fs::path, at::ScalarType>> {};

TEST_P(GoldenTrajectories, AreReproduced) {
  const auto& [file, type] = GetParam();
  expect_agreement(file, type);
}

INSTANTIATE_TEST_SUITE_P(, GoldenTrajectories,
                         testing::Combine(testing::ValuesIn(files_with_runs(kFolder)),
                                          testing::Values(at::kDouble, at::kFloat)),
                         [](const auto& parameter) {
                           return std::get<0>(parameter.param).stem().string() + "_" +
                                  name_of(std::get<1>(parameter.param));
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
      for (const auto type : {at::kDouble, at::kFloat}) expect_agreement(file, type);
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
