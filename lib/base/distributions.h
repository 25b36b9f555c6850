#pragma once
#include <cstddef>

namespace nero_bench {

// Distributions of test statistics, by Boost.Math and, where it has none, by the source named.

// Student's t; degrees > 0. The quantile throws std::invalid_argument unless 0 < probability < 1.
double student_cdf(double t, double degrees);
double student_quantile(double probability, double degrees);

// The standard normal.
double normal_cdf(double z);
double normal_quantile(double probability);

// Probability that the empirical distribution function of `count` independent draws stays within `distance` of a
// continuous one everywhere: Kolmogorov's D, exact (Durbin's matrix formula as in Marsaglia, Tsang & Wang 2003).
// Meant for counts up to some hundreds: the effort grows with (count · distance)³.
double kolmogorov_cdf(double distance, std::size_t count);

// The distance that is kept with that probability, 0 < probability < 1.
double kolmogorov_quantile(double probability, std::size_t count);

}  // namespace nero_bench
