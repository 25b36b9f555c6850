#pragma once
#include <cstdint>
#include <vector>

namespace nero_bench {

// How often a check calls runs worse that are drawn as the reference was, or some of them lower.
struct Simulation {
  std::int64_t draws = 1000;
  std::int64_t seeds = 10;  // of ours
  std::int64_t reference_seeds = 10;
  std::int64_t numbers = 1;         // in the reference
  std::int64_t lowered = 0;         // of them
  double drop = 2;                  // by so many standard deviations over seeds
  double margin = 1.5;              // in standard deviations
  double divergence = 0;            // chance of a trial of ours to diverge; references are of what completed
  std::vector<double> values = {};  // drawn from without replacement; empty: from a normal distribution
  std::uint64_t seed = 0;
  bool skewed = false;  // without values: drawn from one of skewness −1, as near a ceiling, in place of a normal one
};

struct Rates {
  double regression = 0;     // of draws in which anything was called worse
  double lowered_found = 0;  // of lowered numbers that were called worse; NaN without any
  double reproduced = 0;     // of numbers that were not lowered
};

Rates simulate(const Simulation& simulation);

}  // namespace nero_bench
