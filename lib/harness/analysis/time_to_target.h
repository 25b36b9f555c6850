#pragma once
#include <optional>
#include <span>

#include "harness/analysis/analysis.h"

namespace nero_bench {

// What it took to bring the error down to `target_error`, seen at the ends of epochs. Nothing without a completed
// trial, which says for how long the others would have been watched.
std::optional<TimeToTarget> time_to_target(std::span<const TrialRecord* const> records, double target_error,
                                           const Selection& select, const AnalysisOptions& options);

}  // namespace nero_bench
