#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/analysis/reference.h"
#include "trial/trial_record.h"

namespace nero_bench {

enum class Verdict {
  kReproduced,    // a number: proven to be within the margin; a claim: it holds in every seed, of which there are two
  kWorse,         // proven; the only one that is a regression
  kBetter,        // proven
  kUnderPowered,  // none of these could be proven
  kMissing,       // no seed has all the trials
};

// What became of one number or claim of a reference.
struct Finding {
  std::string name;
  bool is_claim = false;
  Verdict verdict = Verdict::kMissing;

  std::vector<std::int64_t> seeds;  // ours
  std::vector<double> values;       // of ours; NaN where a trial of it diverged
  Sample ours;                      // of all of them
  Evidence seen;
  std::optional<Direction> better;  // of a number

  std::optional<double> margin;  // of a number
  std::optional<double> at_least;
  std::optional<double> at_most;
  std::int64_t held = 0;        // a claim: in so many of our seeds
  std::int64_t held_there = 0;  // and in so many of the reference's

  double difference = 0;                     // ours, but for what diverged, minus the reference's
  double half_width = 0;                     // of its 95 % interval, if both have one spread; NaN where none is known
  double p_worse = 0;                        // after Holm; NaN where it cannot be tested
  double p_better = 0;                       // after Holm
  double p_equivalent = 0;                   // of a number
  std::optional<std::int64_t> seeds_needed;  // for a verdict; absent where no number of ours is enough
};

struct CheckResult {
  std::string reference;
  std::string title;
  std::string source;
  double alpha = 0.05;
  std::vector<Finding> findings;   // numbers, then claims, in the order of the file
  std::vector<std::string> notes;  // what the reader has to know: a protocol that differs, trials that failed

  std::int64_t count(Verdict verdict) const;
  bool has_regression() const { return count(Verdict::kWorse) > 0; }
  bool all_reproduced() const;
};

struct CheckOptions {
  bool across_protocols = false;  // a record that breaks the reference's protocol is noted, not refused
};

// Compares records with a reference. A pure function of both.
//
// A drop is proven by one of two tests against "ours are drawn as the reference was", each at half the level:
// Student's, and one that takes the spread of the reference for ours, too, so that a single bad seed is seen. Where
// ours is one seed alone, Student's at a tenth of the level, as it rests on the shape of a tail. "Worse" is a proven
// drop that is not proven to be within the margin. For claims the reference's seeds take the part of its
// spread where all of them gave the same. Holm's method holds the chance of a false alarm over all findings at alpha.
// What diverged breaks bounds like the worst of numbers; of figures, how many seeds diverged is tested as for claims,
// by Fisher's exact test, and those that completed by themselves, each at half the level.
//
// Throws ConfigError where a record breaks the protocol, and where the reference concerns none of the records.
CheckResult check(const Reference& reference, std::span<const TrialRecord> records, const CheckOptions& options = {});

}  // namespace nero_bench
