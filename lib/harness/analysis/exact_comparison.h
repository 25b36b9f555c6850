#pragma once
#include <span>
#include <string>
#include <vector>

#include "trial/trial_record.h"

namespace nero_bench {

// Where two sets of records of the same trials differ. An absent side is empty.
struct Difference {
  std::string id;
  std::string path;  // of the first difference in the record, as "curve[3].metrics.test.loss"; empty if a whole record
                     // is missing
  std::string left;  // the values there as JSON
  std::string right;
};

// Compares what must be reproducible (reproducible_part), trial by trial in the order of ids. Empty: the same bits.
std::vector<Difference> exact_comparison(std::span<const TrialRecord> left, std::span<const TrialRecord> right);

}  // namespace nero_bench
