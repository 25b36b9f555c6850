#pragma once
#include <cstdint>
#include <string>

#include "base/bootstrap.h"

namespace nero_bench {

// Numbers as tables show them.

std::string rate_text(double rate);  // 1e-4, 2.5e-1, 1, 30
std::string metric_text(double value,
                        int digits = 3);        // .839, 1.000, 12.35, 1.2e-5, nan; `digits` after the point below 10
std::string count_text(std::int64_t count);     // 1,442,816
std::string bytes_text(std::int64_t bytes);     // 1,442,816, then 627.2 MB
std::string milliseconds_text(double seconds);  // three digits: 0.052, 1.23, 45.6, 789
std::string interval_text(const Interval& interval, int digits = 3);  // .790 to .810
// .800 (.790 to .810); .800 too few (needs 3) without an interval; - where there is nothing to estimate from.
std::string estimate_text(const Estimate& estimate, int digits = 3);

}  // namespace nero_bench
