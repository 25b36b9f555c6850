#include <gtest/gtest.h>

#include "simulation/simulate_check.h"

// The full size, and the same on real seeds, is in results/README.md; these are its first draws.

namespace nero_bench {
namespace {

constexpr std::int64_t kDraws = 3000;  // standard error of a rate of 5 %: 0.4 points

TEST(CheckInSimulation, RarelyCallsEqualRunsWorse) {
  for (const std::int64_t seeds : {1, 3, 10}) {
    for (const std::int64_t numbers : {1, 5}) {
      const auto rates = simulate({.draws = kDraws, .seeds = seeds, .reference_seeds = 10, .numbers = numbers});
      EXPECT_LE(rates.regression, 0.055) << seeds << " seeds, " << numbers << " numbers";
    }
  }
}

TEST(CheckInSimulation, FindsADropOfTwoDeviationsWithTenSeeds) {
  const auto rates = simulate({.draws = kDraws, .lowered = 1});
  EXPECT_GE(rates.lowered_found, 0.95);
}

TEST(CheckInSimulation, ReproducesEqualRunsMoreOftenThanNot) { EXPECT_GE(simulate({.draws = kDraws}).reproduced, 0.8); }

}  // namespace
}  // namespace nero_bench
