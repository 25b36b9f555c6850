#pragma once
#include <span>

namespace nero_bench {

// All of these are NaN for no values, and NaN where a value is NaN.
double mean(std::span<const double> values);
double median(std::span<const double> values);  // mean of the two middle ones for an even count
double quantile(std::span<const double> values,
                double fraction);  // linear between order statistics; fraction in [0, 1]
double minimum(std::span<const double> values);
double maximum(std::span<const double> values);
double standard_deviation(std::span<const double> values);  // with n − 1; NaN for one value

}  // namespace nero_bench
