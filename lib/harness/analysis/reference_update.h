#pragma once
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "trial/trial_record.h"

namespace nero_bench {

// A figure that a reference cannot hold.
struct LeftOut {
  std::string name;
  std::string reason;
};

// The content of a reference file, and what whoever commits it should know.
struct MadeReference {
  Json content;
  std::vector<LeftOut> left_out;   // every figure
  std::vector<std::string> notes;  // sentences; what was left out is one of them
};

// A reference made of records: `metric` at the end of training for every variant and rate that at least three seeds
// completed, with a margin of 1.5 standard deviations over seeds, and everything that all the records have in common as
// its protocol. Throws ConfigError if nothing is left.
MadeReference new_reference(const std::string& name, const std::string& metric, std::span<const TrialRecord> records);

// `document`, a reference file, with its figures and the counts of its claims measured anew from records; names,
// margins, bounds and protocol stay. Notes name the claims that do not hold in every seed, and what has fewer seeds
// than before. Throws ConfigError if a figure or claim has no records, or a protocol is broken.
MadeReference updated_reference(Json document, const std::string& source, std::span<const TrialRecord> records);

}  // namespace nero_bench
