#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace nero_bench {

// What tests of means need to know of a group of values.
struct Sample {
  std::int64_t count = 0;
  double mean = 0;       // NaN for no values
  double deviation = 0;  // standard deviation with n − 1; NaN for fewer than two values
};

Sample sample_of(std::span<const double> values);

// An estimated difference of two means, left − right, as Student's t sees it. The error is NaN where no spread is
// known, and 0 where there is none: then every test below compares the value itself. Where it is infinite, or the
// freedom NaN, nothing can be tested.
struct MeanDifference {
  double value = 0;
  double standard_error = 0;
  double freedom = 0;  // degrees of freedom
};

// From the spreads of both sides, which may differ (Welch 1947). A side of one value is taken to have the other's
// spread; two single values have none.
MeanDifference welch(const Sample& left, const Sample& right);

// As if both sides had been drawn with one spread, which both tell of (Student 1908); a side of one value tells
// nothing. Exact for normal values at every count where they have, which Welch's is not: with 3 values against 10 it
// rejects at 1 % nearly twice as often as that.
MeanDifference pooled(const Sample& left, const Sample& right);

// As if both sides had been drawn with the spread of `right`, which needs two values. One stray value among few widens
// its own side as much as it moves the mean, so that Welch cannot see it; this can.
MeanDifference with_spread_of_right(const Sample& left, const Sample& right);

double p_below(const MeanDifference& difference);                        // against "the true difference is ≥ 0"
double p_above(const MeanDifference& difference);                        // against "the true difference is ≤ 0"
double p_two_sided(const MeanDifference& difference);                    // against "the true difference is 0"
double half_width(const MeanDifference& difference, double confidence);  // of the interval around the value

// Against "the true means differ by `margin` or more": the larger p of two one-sided tests (Schuirmann 1987).
double p_equivalent(const MeanDifference& difference, double margin);

// The least number of values, at least 2, with which p_equivalent() of Welch's difference to `right` falls below
// `alpha` with probability `power`, if the true means are equal and `deviation` is the spread. By the central t
// distribution, which is close for the powers one asks for. Nothing if 10,000 are not enough: the error of `right`
// itself remains.
std::optional<std::int64_t> count_for_equivalence(double deviation, const Sample& right, double margin, double alpha,
                                                  double power);

// The probability that chance puts `failures` or more of all failures into the left group, however they came about
// (Fisher's exact test, one-sided).
double p_more_failures(std::int64_t failures, std::int64_t count, std::int64_t other_failures,
                       std::int64_t other_count);

// Holm's (1979) adjustment of a family of p values: one that is ≤ α may be believed with an error of α for the whole
// family. NaN are no members of it and stay NaN.
std::vector<double> holm(std::span<const double> p_values);

}  // namespace nero_bench
