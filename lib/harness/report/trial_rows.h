#pragma once
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "trial/trial_record.h"

namespace nero_bench {

// A trial a row, as nested objects: id, status, what the trial was (every option by its path), final and initial
// measurements, timings, memory, environment. In the order of their ids.
std::vector<Json> trial_rows(std::span<const TrialRecord> records);

// CREATE TABLE trials and an INSERT a row, in the SQL that SQLite and others read. Numbers that are not finite are
// texts, as in the other formats.
std::string trial_sql(std::span<const TrialRecord> records);

}  // namespace nero_bench
