#include "stored_records.h"

#include <filesystem>

#include "base/errors.h"
#include "base/log.h"
#include "harness/results/results_store.h"

namespace nero_bench {

std::vector<TrialRecord> records_in(const std::string& folder) {
  ResultsStore store(folder);
  auto records = store.records();
  for (const auto& problem : store.problems()) log_warning(problem);
  return records;
}

std::vector<TrialRecord> whole_records_in(const std::string& folder) {
  if (!std::filesystem::is_directory(folder))
    throw ConfigError(folder + ": no such folder; name the results folder of one experiment");
  ResultsStore store(folder);
  auto records = store.records();
  for (const auto& problem : store.problems()) log_error(problem);
  if (!store.problems().empty())
    throw StoreError(folder + ": holds files that are no records; mend or remove them first");
  if (records.empty()) throw ConfigError(folder + ": no records there; name the results folder of one experiment");
  return records;
}

}  // namespace nero_bench
