#include <gtest/gtest.h>

#include "simulation/simulate_check.h"

// The first draws of what the program simulate_check prints with more (results/published/README.md).

namespace nero_bench {
namespace {

// Where Welch's test stood in place of Student's, the last two were 8 and 16 %.
TEST(CheckInSimulation, RarelyCallsEqualRunsWorse) {
  struct Case {
    std::int64_t seeds, numbers, draws;
  };
  for (const auto& [seeds, numbers, draws] :
       {Case{1, 1, 5000}, Case{10, 1, 2000}, Case{3, 10, 500}, Case{2, 10, 500}}) {
    const auto rates = simulate({.draws = draws, .seeds = seeds, .reference_seeds = 10, .numbers = numbers});
    EXPECT_LE(rates.regression, 0.055) << seeds << " seeds, " << numbers << " numbers";
  }
}

TEST(CheckInSimulation, RarelyCallsRunsWorseOfWhichATrialDivergesNowAndThen) {  // one in twenty
  for (const std::int64_t seeds : {3, 10}) {
    const auto rates = simulate({.draws = 2000, .seeds = seeds, .reference_seeds = 10, .divergence = 0.05});
    EXPECT_LE(rates.regression, 0.055) << seeds << " seeds";
  }
}

// At the level of several seeds, 17 % (results/published/README.md).
TEST(CheckInSimulation, RarelyCallsOneSeedOfASkewedDistributionWorse) {
  EXPECT_LE(simulate({.draws = 2000, .seeds = 1, .numbers = 10, .skewed = true}).regression, 0.055);
}

TEST(CheckInSimulation, FindsALargeDropWithOneSeed) {
  EXPECT_GE(simulate({.draws = 1000, .seeds = 1, .lowered = 1, .drop = 6}).lowered_found, 0.95);
}

TEST(CheckInSimulation, FindsADropOfTwoDeviationsWithTenSeeds) {
  EXPECT_GE(simulate({.draws = 1000, .lowered = 1}).lowered_found, 0.95);
}

TEST(CheckInSimulation, ReproducesEqualRunsMoreOftenThanNot) { EXPECT_GE(simulate({.draws = 1000}).reproduced, 0.8); }

}  // namespace
}  // namespace nero_bench
