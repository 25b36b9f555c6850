#include "harness/analysis/record_facts.h"

#include "trial/precision.h"

namespace nero_bench {
namespace {

void flatten(const Json& json, const std::string& path, Facts& facts) {
  if (!json.is_object() || json.empty()) {
    facts[path] = json;
    return;
  }
  for (const auto& [key, value] : json.items()) flatten(value, path + "." + key, facts);
}

// The object of the only role, else all there is.
const Json& without_role(const Json& optimiser) {
  const bool has_one_role = optimiser.is_object() && optimiser.size() == 1 && optimiser.begin()->is_object();
  return has_one_role ? *optimiser.begin() : optimiser;
}

Json value_of(const Facts& facts, std::string_view path) {
  const auto found = facts.find(path);
  return found == facts.end() ? Json() : found->second;
}

}  // namespace

Facts facts_of(const TrialRecord& record) {
  Facts facts;
  const Json spec = to_json(record.spec);
  for (const char* part : {"task", "optimiser", "schedule"}) {
    const bool is_resolved = record.resolved.is_object() && record.resolved.contains(part);
    const Json& component = is_resolved ? record.resolved.at(part) : spec.at(part);
    flatten(std::string_view(part) == "optimiser" ? without_role(component) : component, part, facts);
  }
  facts.emplace(kPrecisionPath, precision_of(spec.at("task")));  // older than the option, a record does not say it
  flatten(spec.at("budget"), "budget", facts);
  facts["learning_rate"] = record.spec.learning_rate;
  return facts;
}

std::vector<KnownRecord> known(std::span<const TrialRecord> records) {
  std::vector<KnownRecord> list;
  for (const auto& record : records) list.push_back({&record, facts_of(record)});
  return list;
}

bool holds(const Conditions& conditions, const Facts& facts) {
  for (const auto& [path, wanted] : conditions) {
    if (value_of(facts, path) != wanted) return false;
  }
  return true;
}

std::vector<std::string> unmet(const Conditions& conditions, const Facts& facts) {
  const auto text = [](const Json& value) {
    return value.is_null() ? std::string("absent") : value.dump(-1, ' ', false, Json::error_handler_t::replace);
  };
  std::vector<std::string> list;
  for (const auto& [path, wanted] : conditions) {
    const auto value = value_of(facts, path);
    if (value != wanted) list.push_back(path + " is " + text(value) + ", not " + text(wanted));
  }
  return list;
}

}  // namespace nero_bench
