#pragma once
#include <span>
#include <string>
#include <unordered_map>

#include "trial/trial_record.h"

namespace nero_bench {

// Records by trial id. Refers to the records it was made from.
class RecordIndex {
 public:
  explicit RecordIndex(std::span<const TrialRecord> records) {
    for (const auto& record : records) by_id_.emplace(record.id(), &record);
  }
  const TrialRecord* find(const std::string& id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : found->second;
  }
  const TrialRecord* find(const TrialSpec& spec) const { return find(trial_id(spec)); }

 private:
  std::unordered_map<std::string, const TrialRecord*> by_id_;
};

}  // namespace nero_bench
