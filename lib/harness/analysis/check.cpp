#include "harness/analysis/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/errors.h"
#include "harness/analysis/findings.h"

namespace nero_bench {
namespace {

bool is_concerned(const Reference& reference, const KnownRecord& record) {
  const auto looks_at = [&](const auto& entry) { return concerns(entry.quantity, record); };
  return std::any_of(reference.numbers.begin(), reference.numbers.end(), looks_at) ||
         std::any_of(reference.claims.begin(), reference.claims.end(), looks_at);
}

std::vector<KnownRecord> concerned(const Reference& reference, std::vector<KnownRecord> records) {
  std::erase_if(records, [&](const KnownRecord& record) { return !is_concerned(reference, record); });
  if (!records.empty()) return records;
  throw ConfigError(fmt::format(
      "none of the records is one that the reference '{}' is about; name the reference of this experiment, or correct "
      "its 'where' conditions",
      reference.name));
}

void check_protocol(const Reference& reference, std::span<const KnownRecord> records, const CheckOptions& options,
                    CheckResult& result) {
  std::set<std::string> differences;
  for (const auto& record : records) {
    for (const auto& difference : unmet(reference.protocol, record.facts)) differences.insert(difference);
  }
  if (differences.empty()) return;
  if (!options.across_protocols) {
    throw ConfigError(fmt::format(
        "the records were made by another protocol than the reference '{}': {}; run the reference's protocol, "
        "make a reference of these records (check --update, to a new file), or compare all the same with "
        "--across-protocols",
        reference.name, fmt::join(differences, "; ")));
  }
  for (const auto& difference : differences) result.notes.push_back("another protocol: " + difference);
}

void note_failures(std::span<const KnownRecord> records, CheckResult& result) {
  const auto failed = std::count_if(records.begin(), records.end(), [](const KnownRecord& known) {
    return known.record->status != TrialStatus::kCompleted && known.record->status != TrialStatus::kDiverged;
  });
  if (failed > 0) result.notes.push_back(fmt::format("{} trials have no result and do not count", failed));
}

}  // namespace

std::int64_t CheckResult::count(Verdict verdict) const {
  return std::count_if(findings.begin(), findings.end(),
                       [&](const Finding& finding) { return finding.verdict == verdict; });
}

bool CheckResult::all_reproduced() const {
  return count(Verdict::kReproduced) == static_cast<std::int64_t>(findings.size());
}

CheckResult check(const Reference& reference, std::span<const TrialRecord> records, const CheckOptions& options) {
  const auto about = concerned(reference, known(records));
  CheckResult result{.reference = reference.name,
                     .title = reference.title,
                     .source = reference.source,
                     .alpha = reference.alpha,
                     .findings = {},
                     .notes = {}};
  check_protocol(reference, about, options, result);
  note_failures(about, result);
  for (const auto& number : reference.numbers)
    result.findings.push_back(measure(number, values_by_seed(number.quantity, about), reference.alpha));
  for (const auto& claim : reference.claims)
    result.findings.push_back(measure(claim, values_by_seed(claim.quantity, about), reference.alpha));
  settle(result.findings, reference.alpha);
  return result;
}

}  // namespace nero_bench
