#pragma once
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "trial/trial_record.h"

namespace nero_bench {

// The content of a reference file made of records: `metric` at the end of training for every variant and rate that at
// least three seeds completed, with a margin of 1.5 standard deviations over seeds, and everything that all the
// records have in common as its protocol. What had to be left out is added to `notes`. Throws ConfigError if nothing
// is left.
Json new_reference(const std::string& name, const std::string& metric, std::span<const TrialRecord> records,
                   std::vector<std::string>& notes);

// `document`, a reference file, with its figures and the counts of its claims measured anew from records; names,
// margins, bounds and protocol stay. A claim that no longer holds in every seed is added to `notes`. Throws ConfigError
// if a figure or claim has no records, or a protocol is broken.
Json updated_reference(Json document, const std::string& source, std::span<const TrialRecord> records,
                       std::vector<std::string>& notes);

}  // namespace nero_bench
