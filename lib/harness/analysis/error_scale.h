#pragma once
#include <optional>
#include <span>

#include "harness/analysis/analysis.h"

namespace nero_bench {

// Between scores, in the unit of the selection metric, and errors: 1 − accuracy, or the loss.
double error_of(double score, const Selection& select);
double score_of(double error, const Selection& select);

// The best constant prediction, which a task measures from its class frequencies and leaves in its records as
// "trivial.test.accuracy" beside the other initial measurements; or `given`, where no record has it.
std::optional<ReferenceScore> trivial_predictor(std::span<const TrialRecord* const> records, const Selection& select,
                                                std::optional<double> given);

// The untrained network, where records say it (the initial measurement by the name of the metric), else the trivial
// predictor: the cap of Wortsman et al. 2023.
std::optional<ReferenceScore> untrained_network(std::span<const TrialRecord* const> records, const Selection& select,
                                                const std::optional<ReferenceScore>& trivial);

// The error of a trial that is a result: of a completed one at most `cap`, of a diverged one `cap`. NaN for all others,
// and for a missing one (null).
double capped_error(const TrialRecord* record, const Selection& select, double cap);

}  // namespace nero_bench
