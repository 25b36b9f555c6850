#include "harness/analysis/reference_update.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/errors.h"
#include "harness/analysis/check.h"

namespace nero_bench {
namespace {

constexpr std::int64_t kFewestSeeds = 3;
constexpr double kMarginInDeviations = 1.5;

// Trials that differ in their seed alone.
struct Group {
  const TrialRecord* example = nullptr;
  std::vector<std::int64_t> seeds;
  std::vector<double> values;
  std::int64_t diverged = 0;
};

using Groups = std::map<Facts, Group>;

Groups group(const std::string& metric, std::span<const KnownRecord> records) {
  Groups groups;
  for (const auto& known : records) {
    auto& entry = groups[known.facts];
    entry.example = known.record;
    const auto value = known.record->final_metrics.find(metric);
    if (known.record->status == TrialStatus::kDiverged) ++entry.diverged;
    if (known.record->status != TrialStatus::kCompleted || value == known.record->final_metrics.end()) continue;
    entry.seeds.push_back(known.record->spec.seed);
    entry.values.push_back(value->second);
  }
  return groups;
}

// The facts in which all groups agree, and the paths of the others.
struct Common {
  Conditions facts;
  std::set<std::string> varying;
};

Common common_facts(const Groups& groups) {
  Common common{.facts = {}, .varying = {"learning_rate"}};
  for (const auto& [facts, entry] : groups) {
    for (const auto& [path, value] : facts) common.facts.emplace(path, value);
  }
  for (const auto& [facts, entry] : groups) {
    for (const auto& [path, value] : common.facts) {
      const auto found = facts.find(path);
      if (found == facts.end() || found->second != value) common.varying.insert(path);
    }
  }
  for (const auto& path : common.varying) common.facts.erase(path);
  return common;
}

Json evidence_of(const std::vector<std::int64_t>& seeds, const Sample& sample) {
  Json evidence{{"mean", sample.mean}, {"n", sample.count}, {"seeds", seeds}};
  evidence["spread_is"] = sample.count > 1 ? "standard deviation over seeds" : "unknown";
  if (sample.count > 1) evidence["spread"] = sample.deviation;
  return evidence;
}

std::string name_of(const TrialRecord& record) {
  const auto& labels = record.spec.labels;
  return fmt::format("{}, {}, rate {}", labels.task, labels.optimiser, record.spec.learning_rate);
}

Json number_of(const std::string& name, const std::string& metric, const Common& common, const Facts& facts,
               const Group& entry) {
  const auto sample = sample_of(entry.values);
  Json where = Json::object();
  for (const auto& path : common.varying) {
    const auto found = facts.find(path);
    where[path] = found == facts.end() ? Json() : found->second;
  }
  return {{"name", name},
          {"quantity", {{"of", metric}, {"where", where}}},
          {"seen", evidence_of(entry.seeds, sample)},
          {"margin", kMarginInDeviations * sample.deviation}};
}

// Where and by what the records were made: every value of the environment that occurs.
std::string environment_of(std::span<const TrialRecord> records) {
  std::string text;
  for (const char* key : {"commit", "cpu", "device", "kernels", "libtorch", "threads"}) {
    std::set<std::string> values;
    for (const auto& record : records) {
      const auto found = record.environment.find(key);
      if (found != record.environment.end()) values.insert(found->second);
    }
    if (!values.empty()) text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", key, fmt::join(values, ", "));
  }
  return text;
}

Json provenance_of(std::span<const TrialRecord> records) {
  std::string last;
  for (const auto& record : records) last = std::max(last, record.finished_at);
  const auto& experiment = records.front().spec.labels.experiment;
  return {{"source", fmt::format("{} records of the experiment {}, the last of {}", records.size(), experiment, last)},
          {"environment", environment_of(records)},
          {"made_by", "nero-bench check --update"}};
}

void measure_anew(Json& entry, const Finding& finding) {
  if (finding.values.empty()) {
    throw ConfigError(
        fmt::format("'{}': no seed of the records has all the trials that it needs; run them, or take it "
                    "out of the reference",
                    finding.name));
  }
  if (!std::isfinite(finding.ours.mean)) {
    throw ConfigError(fmt::format("'{}': trials of it diverged, so that there is no figure to keep", finding.name));
  }
  const bool is_exact = finding.seen.kind == SpreadKind::kExact;
  entry["seen"] = evidence_of(finding.seeds, finding.ours);
  if (is_exact) {
    entry["seen"]["spread_is"] = "exact";
    entry["seen"].erase("spread");
  }
  if (finding.is_claim) entry["seen"]["held"] = finding.held;
}

}  // namespace

Json new_reference(const std::string& name, const std::string& metric, std::span<const TrialRecord> records,
                   std::vector<std::string>& notes) {
  const auto facts = known(records);
  const auto groups = group(metric, facts);
  const auto common = common_facts(groups);
  Json numbers = Json::array();
  std::set<std::string> names;
  for (const auto& [where, entry] : groups) {
    auto title = name_of(*entry.example);
    if (entry.diverged > 0) {
      notes.push_back(fmt::format("{}: left out, as {} of its trials diverged", title, entry.diverged));
    } else if (static_cast<std::int64_t>(entry.values.size()) < kFewestSeeds) {
      notes.push_back(fmt::format("{}: left out, as a figure needs at least {} seeds", title, kFewestSeeds));
    } else {
      for (int copy = 2; !names.insert(title).second; ++copy)
        title = fmt::format("{} ({})", name_of(*entry.example), copy);
      numbers.push_back(number_of(title, metric, common, where, entry));
    }
  }
  if (numbers.empty()) {
    throw ConfigError(
        fmt::format("no rate of any optimiser completed with '{}' on {} seeds or more; add search_seeds "
                    "or repeat_seeds to the config and run it again",
                    metric, kFewestSeeds));
  }
  return {{"name", name}, {"provenance", provenance_of(records)}, {"protocol", common.facts}, {"numbers", numbers}};
}

Json updated_reference(Json document, const std::string& source, std::span<const TrialRecord> records,
                       std::vector<std::string>& notes) {
  const auto result = check(parse_reference(document, source), records);
  std::size_t next = 0;
  for (const char* list : {"numbers", "claims"}) {
    if (!document.contains(list)) continue;
    for (auto& entry : document.at(list)) measure_anew(entry, result.findings.at(next++));
  }
  for (const auto& finding : result.findings) {
    if (!finding.is_claim || finding.held == finding.ours.count) continue;
    notes.push_back(
        fmt::format("'{}': the claim holds in {} of {} seeds, and is written so; take it out of the "
                    "reference, or correct its bounds",
                    finding.name, finding.held, finding.ours.count));
  }
  document["provenance"] = provenance_of(records);
  return document;
}

}  // namespace nero_bench
