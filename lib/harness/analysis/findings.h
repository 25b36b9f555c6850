#pragma once
#include <map>

#include "harness/analysis/check.h"

namespace nero_bench {

// The two steps of a check: what can be measured and tested of one number or claim alone, and the verdicts of all.

// `ours` are values_by_seed(). The verdict is open.
Finding measure(const ReferenceNumber& number, const std::map<std::int64_t, double>& ours, double alpha);
Finding measure(const ReferenceClaim& claim, const std::map<std::int64_t, double>& ours, double alpha);

// Adjusts p_worse and p_better by Holm's method over all findings, and gives the verdicts.
void settle(std::vector<Finding>& findings, double alpha);

}  // namespace nero_bench
