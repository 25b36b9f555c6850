#include "harness/analysis/findings.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nero_bench {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kPower = 0.8;            // with which the seeds that a finding asks for would give a verdict
constexpr std::int64_t kFewestSeeds = 2;  // of ours, to call anything reproduced

// A single seed of ours is judged by the tail of a distribution that is only supposed to be normal: no mean of several
// comes to its aid. So it has to be as far out as if the level were a tenth (results/published/README.md).
constexpr double kPriceOfOneSeed = 10;

double as_of_one_seed(double p) { return std::min(1.0, kPriceOfOneSeed * p); }

double either_of(double p, double other) {
  if (std::isnan(p)) return other;
  if (std::isnan(other)) return p;
  return std::min(1.0, 2 * std::min(p, other));
}

// Where no side has any spread, only how many values there are can say whether a difference is chance: under equal
// distributions ours would be the lowest of all with one over the number of ways to choose them.
double p_without_spread(const Sample& ours, const Sample& theirs) {
  return p_more_failures(ours.count, ours.count, 0, theirs.count);
}

// Against "ours are drawn as the reference was", in the direction of lower values.
double p_lower(const Sample& ours, const Evidence& seen) {
  if (seen.kind == SpreadKind::kExact) return ours.mean < seen.sample.mean ? 0 : 1;
  const auto both = pooled(ours, seen.sample);
  if (both.standard_error == 0) return ours.mean < seen.sample.mean ? p_without_spread(ours, seen.sample) : 1;
  if (ours.count == 1) return as_of_one_seed(p_below(both));
  const auto theirs = with_spread_of_right(ours, seen.sample);
  return seen.sample.deviation > 0 ? either_of(p_below(both), p_below(theirs)) : p_below(both);
}

void adjust(std::vector<Finding>& findings, double Finding::*p) {
  std::vector<double> values;
  for (const auto& finding : findings) values.push_back(finding.*p);
  const auto adjusted = holm(values);
  for (std::size_t i = 0; i < findings.size(); ++i) findings[i].*p = adjusted[i];
}

Sample mirrored(Sample sample) {
  sample.mean = -sample.mean;
  return sample;
}

using BySeed = std::map<std::int64_t, double>;

// Of the seeds in which nothing diverged.
Sample completed_of(const BySeed& ours) {
  std::vector<double> values;
  for (const auto& [seed, value] : ours) {
    if (std::isfinite(value)) values.push_back(value);
  }
  return sample_of(values);
}

Finding begin(const std::string& name, const BySeed& ours, const Evidence& seen) {
  Finding finding;
  finding.name = name;
  finding.seen = seen;
  for (const auto& [seed, value] : ours) {
    finding.seeds.push_back(seed);
    finding.values.push_back(std::isfinite(value) ? value : kNaN);
  }
  finding.ours = sample_of(finding.values);
  const auto difference = pooled(completed_of(ours), seen.sample);
  finding.difference = difference.value;
  finding.half_width = half_width(difference, 0.95);
  finding.p_worse = finding.p_better = finding.p_equivalent = kNaN;
  return finding;
}

bool any_diverged(const Finding& finding) { return std::isnan(finding.ours.mean); }

// Seeds that diverged to the loss of the quantity: to −∞ where larger is better, or to what is no number.
std::int64_t lost_to(const BySeed& ours, Direction better) {
  return std::count_if(ours.begin(), ours.end(), [&](const auto& entry) {
    const double value = entry.second;
    return !std::isfinite(value) && (std::isnan(value) || (value < 0) == (better == Direction::kLargerIsBetter));
  });
}

// Against "ours diverge as rarely as the reference did": never. A single test where nothing diverged.
double with_diverged(double p_of_completed, std::int64_t diverged, std::int64_t count, const Evidence& seen) {
  if (diverged == 0) return p_of_completed;
  if (seen.kind == SpreadKind::kExact) return 0;
  const double p = p_more_failures(diverged, count, 0, seen.sample.count);
  return either_of(p, std::isnan(p_of_completed) ? 1 : p_of_completed);
}

double p_equivalent_to(const Finding& finding) {
  if (any_diverged(finding)) return kNaN;
  if (finding.seen.kind == SpreadKind::kExact) return std::abs(finding.difference) <= *finding.margin ? 0 : 1;
  if (finding.ours.count < kFewestSeeds) return kNaN;
  const auto difference = welch(finding.ours, finding.seen.sample);
  if (difference.standard_error == 0) return std::abs(difference.value) <= *finding.margin ? 0 : 1;
  return p_equivalent(difference, *finding.margin);
}

double planning_deviation(const Finding& finding) {
  if (finding.ours.count < kFewestSeeds) return finding.seen.sample.deviation;
  return std::fmax(finding.ours.deviation, finding.seen.sample.deviation);
}

// How far outside the bounds, below zero; the nearer bound counts.
double room(const ReferenceClaim& claim, double value) {
  const double above = claim.at_least ? value - *claim.at_least : kInfinity;
  const double below = claim.at_most ? *claim.at_most - value : kInfinity;
  return std::min(above, below);
}

// The value of the mean beyond the bound that it breaks, negative, as a difference for tests; else nothing is broken.
MeanDifference beyond_bound(const ReferenceClaim& claim, const Sample& ours) {
  const double error = ours.deviation / std::sqrt(static_cast<double>(ours.count));
  return {room(claim, ours.mean), error, static_cast<double>(ours.count - 1)};
}

// The chance of a mean as far out, if ours were drawn as the reference was; where the reference saw no seed, the chance
// of it if the true mean kept the bound. NaN where there is no spread to tell by.
double p_mean_broken(const ReferenceClaim& claim, const Finding& finding) {
  const auto& seen = claim.seen.sample;
  if (any_diverged(finding) || room(claim, finding.ours.mean) >= 0) return 1;
  if (seen.count == 0) return finding.ours.deviation > 0 ? p_below(beyond_bound(claim, finding.ours)) : kNaN;
  if (!(seen.deviation > 0)) return kNaN;
  const bool is_too_low = claim.at_least && finding.ours.mean < *claim.at_least;
  const auto difference = with_spread_of_right(finding.ours, seen);
  const double p = is_too_low ? p_below(difference) : p_above(difference);
  return finding.ours.count == 1 ? as_of_one_seed(p) : p;
}

// Against "the claim breaks as rarely as it did in the reference": by how many seeds break it, and by how far.
double p_broken(const ReferenceClaim& claim, const Finding& finding) {
  const auto broken = finding.ours.count - finding.held;
  if (broken == 0) return 1;
  if (claim.seen.kind == SpreadKind::kExact) return 0;
  const auto& seen = claim.seen.sample;
  const double by_count = p_more_failures(broken, finding.ours.count, seen.count - claim.held, seen.count);
  return either_of(by_count, p_mean_broken(claim, finding));
}

// The seeds with which as large a share of failures as in ours would be proven to be more than the reference's.
std::optional<std::int64_t> seeds_to_prove(std::int64_t failures, std::int64_t ours, std::int64_t failures_there,
                                           std::int64_t theirs, double alpha) {
  constexpr std::int64_t kMost = 1000;
  const double share = static_cast<double>(failures) / static_cast<double>(ours);
  for (auto count = std::max(kFewestSeeds, ours + 1); count <= kMost; ++count) {
    const auto failed = static_cast<std::int64_t>(std::floor(share * static_cast<double>(count)));
    if (p_more_failures(failed, count, failures_there, theirs) <= alpha / 2) return count;
  }
  return std::nullopt;
}

Verdict judge_number(const Finding& finding, double alpha) {
  if (finding.p_equivalent <= alpha) return Verdict::kReproduced;
  if (finding.p_worse <= alpha) return Verdict::kWorse;
  if (finding.p_better <= alpha) return Verdict::kBetter;
  return Verdict::kUnderPowered;
}

Verdict judge_claim(const Finding& finding, double alpha) {
  if (finding.p_worse <= alpha) return Verdict::kWorse;
  const bool is_enough = finding.ours.count >= kFewestSeeds || finding.seen.kind == SpreadKind::kExact;
  return finding.held == finding.ours.count && is_enough ? Verdict::kReproduced : Verdict::kUnderPowered;
}

}  // namespace

Finding measure(const ReferenceNumber& number, const BySeed& ours, double alpha) {
  auto finding = begin(number.name, ours, number.seen);
  finding.better = number.better;
  finding.margin = number.margin;
  if (ours.empty()) return finding;
  const auto& seen = number.seen;
  const bool larger = number.better == Direction::kLargerIsBetter;
  const auto completed = completed_of(ours);
  const double lower = p_lower(completed, seen);
  const double higher = p_lower(mirrored(completed), {mirrored(seen.sample), seen.kind});
  const auto lost = lost_to(ours, number.better);
  const auto won = finding.ours.count - completed.count - lost;
  finding.p_worse = with_diverged(larger ? lower : higher, lost, finding.ours.count, seen);
  finding.p_better = with_diverged(larger ? higher : lower, won, finding.ours.count, seen);
  finding.p_equivalent = p_equivalent_to(finding);
  finding.seeds_needed =
      any_diverged(finding)
          ? seeds_to_prove(std::max(lost, won), finding.ours.count, 0, seen.sample.count, alpha)
          : count_for_equivalence(planning_deviation(finding), seen.sample, number.margin, alpha, kPower);
  return finding;
}

Finding measure(const ReferenceClaim& claim, const BySeed& ours, double alpha) {
  auto finding = begin(claim.name, ours, claim.seen);
  finding.is_claim = true;
  finding.at_least = claim.at_least;
  finding.at_most = claim.at_most;
  finding.held_there = claim.held;
  finding.held =
      std::count_if(ours.begin(), ours.end(), [&](const auto& entry) { return claim.holds_for(entry.second); });
  if (ours.empty()) return finding;
  finding.p_worse = p_broken(claim, finding);
  const auto broken = finding.ours.count - finding.held;
  const auto& seen = claim.seen.sample;
  finding.seeds_needed = broken == 0
                             ? std::optional(kFewestSeeds)
                             : seeds_to_prove(broken, finding.ours.count, seen.count - claim.held, seen.count, alpha);
  return finding;
}

void settle(std::vector<Finding>& findings, double alpha) {
  adjust(findings, &Finding::p_worse);
  adjust(findings, &Finding::p_better);
  for (auto& finding : findings) {
    finding.verdict = finding.values.empty() ? Verdict::kMissing
                      : finding.is_claim     ? judge_claim(finding, alpha)
                                             : judge_number(finding, alpha);
  }
}

}  // namespace nero_bench
