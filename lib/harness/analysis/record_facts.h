#pragma once
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "trial/trial_record.h"

namespace nero_bench {

// What a trial was, by path: "task.model.depth" → 40, "optimiser.beta1" → 0.9, "schedule.name", "budget.epochs",
// "learning_rate", with every default filled in where the record knows it. Lists and empty objects stand as they are.
// An optimiser with one role has no role in its paths.
using Facts = std::map<std::string, Json, std::less<>>;

Facts facts_of(const TrialRecord& record);

// A record with its facts, which are worth keeping. Refers to the record.
struct KnownRecord {
  const TrialRecord* record = nullptr;
  Facts facts;
};

std::vector<KnownRecord> known(std::span<const TrialRecord> records);

// Path → the value that is asked for; null asks for its absence.
using Conditions = std::map<std::string, Json, std::less<>>;

bool holds(const Conditions& conditions, const Facts& facts);

// Those of the conditions that do not hold, as "task.batch_size is 100, not 250".
std::vector<std::string> unmet(const Conditions& conditions, const Facts& facts);

}  // namespace nero_bench
