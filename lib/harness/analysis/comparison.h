#pragma once
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/hypothesis_tests.h"
#include "harness/experiment/experiment_config.h"
#include "trial/metric_names.h"
#include "trial/trial_record.h"

namespace nero_bench {

// The records of one results folder with their experiment.
struct Run {
  std::string name;
  ExperimentConfig config;
  std::vector<TrialRecord> records;
};

enum class Relation { kBetter, kWorse, kSame, kInconclusive };  // of the right side to the left one, the baseline

// Seeds a side below which Welch's interval of a difference is off 95 % by more than 1.5 points, in simulation with
// equal spreads or one three times the other (results/published/README.md).
inline constexpr std::int64_t kFewestForInterval = 4;

// What is compared besides the metrics, by its path in a record.
inline constexpr const char* kStateBytes = "memory_bytes.optimiser_state";
inline constexpr const char* kStepSeconds = "timings.step_seconds";

// One metric of one task, on two sides.
struct Comparison {
  std::string task;
  std::string left;  // as the user names them: a folder, a config file or a line of the table
  std::string right;
  std::string metric;  // "test.accuracy", kStateBytes, kStepSeconds
  Direction better = Direction::kLargerIsBetter;
  double left_rate = 0;  // the learning rates of the values
  double right_rate = 0;

  Sample of_left;  // over seeds, of values at the end of training
  Sample of_right;
  double left_best = 0;  // mean over seeds of the best value during training; NaN where a seed has none or diverged
  double right_best = 0;
  double difference = 0;    // right − left
  double half_width = 0;    // of its 95 % interval; NaN with fewer than kFewestForInterval seeds on a side
  double margin = 0;        // within which two sides are the same, in units of the metric
  double p_welch = 0;       // two-sided, after Holm over the rows of this metric; NaN where it cannot be tested
  double p_rank = 0;        // Mann and Whitney's, the same
  double least_p_rank = 0;  // the least that so many seeds can give, before Holm
  double ranks_above = 0;   // share of the pairs of values in which the right one is larger − that of the left one
  std::int64_t family = 1;  // rows of this metric that were tested
  Relation relation = Relation::kInconclusive;
  std::string why;  // for kInconclusive, and what to bear in mind
};

// Where two sides are not like with like. `kind`: "environment", "grid", "precision", "protocol" or "task".
struct Mismatch {
  std::string kind;
  std::string text;
};

struct ComparisonResult {
  std::vector<Comparison> rows;
  std::vector<std::string> notes;  // mismatches that were allowed
  double margin = 0;               // as in ComparisonOptions
};

struct ComparisonOptions {
  double margin = 0.02;  // of the baseline's mean
  double alpha = 0.05;
  std::set<std::string> across = {};  // kinds of mismatch that are noted instead of refused
};

// Optimisers of one run, the first named being the baseline, on every task that has them and at the same precision: at
// the best rate of each, over the repeat seeds, or over the search seeds where there are no repeats. `names` are lines
// of the table, such as "adam, init balanced", or optimisers that have one line.
//
// "better" and "worse" need Welch's test, and Mann and Whitney's where it could reject at all (four seeds a side at
// 0.05, and more where Holm's method adjusts for several rows): below that, a row is never "same", which needs Welch's
// equivalence within the margin. Diverged trials rank below all others, and where there are any, ranks alone decide.
// Throws ConfigError for names that are not there and for mismatches that are not allowed.
ComparisonResult compare_optimisers(const Run& run, std::span<const std::string> names,
                                    const ComparisonOptions& options = {});

// Every optimiser on every task that the first run and another have in common, the same way.
ComparisonResult compare_runs(std::span<const Run> runs, const ComparisonOptions& options = {});

}  // namespace nero_bench
