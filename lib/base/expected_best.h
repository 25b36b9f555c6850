#pragma once
#include <span>
#include <vector>

#include "base/bootstrap.h"

namespace nero_bench {

// The expected smallest of k = 1 … n of the n values, element k − 1 of the result. NaN where a value is NaN.

// k different ones, every choice as likely: Tang et al. 2020 (arXiv 2004.13705, section 3, the unbiased V-statistic's
// correction), for the smallest instead of the largest: Σᵢ C(n − i, k − 1) / C(n, k) · x₍ᵢ₎.
std::vector<double> expected_minimum_without_replacement(std::span<const double> values);

// A band that holds for every k at once with that confidence, if the values are independent draws between `smallest`
// and `largest`: what the expected smallest of k is for every distribution whose distribution function stays within
// Kolmogorov's exact distance of the empirical one (Lourie et al. 2023, arXiv 2311.09480, section 4).
std::vector<Interval> expected_minimum_band(std::span<const double> values, double smallest, double largest,
                                            double confidence);

}  // namespace nero_bench
