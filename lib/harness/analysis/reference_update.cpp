#include "harness/analysis/reference_update.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/errors.h"
#include "base/text.h"
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
    throw ConfigError(fmt::format(
        "'{}': trials of it diverged, so that there is no figure to keep; take it out of the reference", finding.name));
  }
  const bool is_exact = finding.seen.kind == SpreadKind::kExact;
  entry["seen"] = evidence_of(finding.seeds, finding.ours);
  if (is_exact) {
    entry["seen"]["spread_is"] = "exact";
    entry["seen"].erase("spread");
  }
  if (finding.is_claim) entry["seen"]["held"] = finding.held;
}

// The first of several names, and how many more there are.
std::string named(std::span<const std::string> names) {
  constexpr std::size_t kMost = 3, kLongest = 60;
  std::vector<std::string> shown;
  for (const auto& name : names.first(std::min(kMost, names.size()))) shown.push_back(shortened(name, kLongest));
  if (names.size() > kMost) shown.push_back(fmt::format("{} more", names.size() - kMost));
  return fmt::format("{}", fmt::join(shown, "; "));
}

std::string sentence_for(const std::vector<LeftOut>& left_out, std::size_t of) {
  std::map<std::string, std::vector<std::string>> by_reason;
  for (const auto& [name, reason] : left_out) by_reason[reason].push_back(name);
  std::vector<std::string> parts;
  for (const auto& [reason, names] : by_reason)
    parts.push_back(fmt::format("{}, as {} ({})", names.size(), reason, named(names)));
  return fmt::format("{} of {} figures are left out: {}", left_out.size(), of, fmt::join(parts, "; "));
}

// Whoever updates from a part of the records loses what the others have shown.
std::vector<std::string> with_fewer_seeds(const std::vector<Finding>& findings) {
  std::vector<std::string> names;
  for (const auto& finding : findings) {
    if (finding.ours.count < finding.seen.sample.count)
      names.push_back(
          fmt::format("'{}', {} of {}", shortened(finding.name, 40), finding.ours.count, finding.seen.sample.count));
  }
  return names;
}

}  // namespace

MadeReference new_reference(const std::string& name, const std::string& metric, std::span<const TrialRecord> records) {
  const auto facts = known(records);
  const auto groups = group(metric, facts);
  const auto common = common_facts(groups);
  MadeReference made;
  Json numbers = Json::array();
  std::set<std::string> names;
  for (const auto& [where, entry] : groups) {
    auto title = name_of(*entry.example);
    if (entry.diverged > 0) {
      made.left_out.push_back({title, "trials diverged"});
    } else if (static_cast<std::int64_t>(entry.values.size()) < kFewestSeeds) {
      made.left_out.push_back({title, fmt::format("fewer than {} seeds completed", kFewestSeeds)});
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
  if (!made.left_out.empty()) made.notes.push_back(sentence_for(made.left_out, groups.size()));
  made.content = {
      {"name", name}, {"provenance", provenance_of(records)}, {"protocol", common.facts}, {"numbers", numbers}};
  return made;
}

MadeReference updated_reference(Json document, const std::string& source, std::span<const TrialRecord> records) {
  const auto result = check(parse_reference(document, source), records);
  std::size_t next = 0;
  for (const char* list : {"numbers", "claims"}) {
    if (!document.contains(list)) continue;
    for (auto& entry : document.at(list)) measure_anew(entry, result.findings.at(next++));
  }
  document["provenance"] = provenance_of(records);
  MadeReference made{std::move(document), {}, {}};
  for (const auto& finding : result.findings) {
    if (!finding.is_claim || finding.held == finding.ours.count) continue;
    made.notes.push_back(
        fmt::format("'{}': the claim holds in {} of {} seeds, and is written so; take it out of the "
                    "reference, or correct its bounds",
                    finding.name, finding.held, finding.ours.count));
  }
  if (const auto fewer = with_fewer_seeds(result.findings); !fewer.empty())
    made.notes.push_back(fmt::format("{} of {} figures and claims have fewer seeds than before: {}", fewer.size(),
                                     result.findings.size(), named(fewer)));
  return made;
}

}  // namespace nero_bench
