#include "harness/results/merge.h"

#include <map>

namespace nero_bench {
namespace {

struct Candidate {
  const TrialRecord* record = nullptr;
  ResultsStore* store = nullptr;
};

std::string file_of(const Candidate& candidate) { return candidate.store->file_of(candidate.record->id()).string(); }

bool is_result(const Candidate& candidate) { return is_result(candidate.record->status); }

}  // namespace

MergePlan plan_merge(ResultsStore& target, std::span<ResultsStore> sources) {
  MergePlan plan;
  std::map<std::string, Candidate> chosen;
  const auto offer = [&](ResultsStore& store) {
    for (const auto& record : store.records()) {
      const Candidate newcomer{&record, &store};
      const auto [place, is_first] = chosen.try_emplace(record.id(), newcomer);
      auto& first = place->second;
      if (is_first || !is_result(newcomer)) continue;
      if (!is_result(first)) {
        first = newcomer;
      } else if (reproducible_part(*first.record) != reproducible_part(record)) {
        plan.conflicts.push_back({record.id(), file_of(first), file_of(newcomer)});
      }
    }
  };
  offer(target);
  for (auto& source : sources) offer(source);
  for (const auto& [id, candidate] : chosen) {
    if (candidate.store == &target) {
      ++plan.already_there;
    } else {
      plan.to_add.push_back({*candidate.record, file_of(candidate)});
    }
  }
  return plan;
}

Merged carry_out(const MergePlan& plan, ResultsStore& target) {
  Merged merged;
  for (const auto& [record, file] : plan.to_add) {
    const auto added = target.add(record);
    if (added == ResultsStore::Added::kNew || added == ResultsStore::Added::kReplacedFailure) ++merged.added;
    const bool kept_another = added == ResultsStore::Added::kKeptFirst;
    if (kept_another && is_result(record.status))
      merged.conflicts.push_back({record.id(), target.file_of(record.id()).string(), file});
  }
  return merged;
}

}  // namespace nero_bench
