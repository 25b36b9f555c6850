#pragma once
#include <string>
#include <vector>

#include "trial/trial_record.h"

namespace nero_bench {

// The valid records of a results folder; what is damaged is named in the log and left out. Throws StoreError.
std::vector<TrialRecord> records_in(const std::string& folder);

// All of them, or nothing: throws ConfigError if the folder is absent or holds none, StoreError if one is damaged.
// Nothing is not equal to nothing, and what cannot be read is not equal to anything.
std::vector<TrialRecord> whole_records_in(const std::string& folder);

}  // namespace nero_bench
