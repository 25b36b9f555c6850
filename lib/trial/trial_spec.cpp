#include "trial/trial_spec.h"

#include <cctype>
#include <utility>

#include "base/hashing.h"
#include "base/text.h"

namespace nero_bench {
namespace {

Json to_json(const Budget& budget) {
  Json json = Json::object();
  if (budget.epochs > 0) json["epochs"] = budget.epochs;
  if (budget.steps > 0) json["steps"] = budget.steps;
  return json;
}

// All that a trial is, in the order of the names, as canonical JSON has it. The components are not copied: ids are made
// by the ten thousand.
template <class Visit>
void visit_identity(const TrialSpec& spec, Visit visit) {
  visit("budget", to_json(spec.budget));
  visit("evaluate", Json(spec.evaluate));
  visit("learning_rate", Json(spec.learning_rate));
  visit("optimiser", spec.optimiser);
  visit("record_steps", Json(spec.record_steps));
  visit("schedule", spec.schedule);
  visit("seed", Json(spec.seed));
  visit("task", spec.task);
}

// What the id is the hash of.
std::string canonical_json(const TrialSpec& spec) {
  std::string text = R"({"semantics":)" + std::to_string(kTrialSemantics) + R"(,"spec":)";
  char before = '{';
  visit_identity(spec, [&](const char* name, const Json& value) {
    text.append(1, std::exchange(before, ',')).append(1, '"').append(name).append("\":").append(value.dump());
  });
  return text + "}}";
}

// Only what is safe in a file name.
std::string slug(const std::string& name) {
  std::string safe;
  for (const char c : name.substr(0, 40)) safe += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return safe;
}

const Json& component(JsonReader& json, std::string_view key) {
  json.object(key).required<std::string>("name");
  return json.raw(key);
}

}  // namespace

std::string trial_id(const TrialSpec& spec) {
  return slug(spec.optimiser.value("name", "")) + "-lr" + format_number(spec.learning_rate) + "-seed" +
         std::to_string(spec.seed) + "-" + sha256_hex(canonical_json(spec)).substr(0, 16);
}

Json to_json(const TrialSpec& spec) {
  Json json = Json::object();
  visit_identity(spec, [&](const char* name, const Json& value) { json[name] = value; });
  json["labels"] = {
      {"experiment", spec.labels.experiment}, {"task", spec.labels.task}, {"optimiser", spec.labels.optimiser}};
  return json;
}

Budget parse_budget(JsonReader json) {
  Budget budget;
  if (json.has("epochs")) budget.epochs = json.required<std::int64_t>("epochs", Range::between(1, 1e9));
  if (json.has("steps")) budget.steps = json.required<std::int64_t>("steps", Range::between(1, 1e15));
  if ((budget.epochs > 0) == (budget.steps > 0)) {
    json.fail("epochs", "exactly one of \"epochs\" and \"steps\"",
              budget.epochs > 0 ? "remove one of the two, or write the whole, as in --set 'budget={\"steps\": 600}'"
                                : "write {\"epochs\": 6}");
  }
  json.finish();
  return budget;
}

TrialSpec parse_trial_spec(JsonReader& json) {
  TrialSpec spec;
  spec.task = component(json, "task");
  spec.optimiser = component(json, "optimiser");
  spec.schedule = component(json, "schedule");
  spec.budget = parse_budget(json.object("budget"));
  spec.learning_rate = json.required<double>("learning_rate", Range::positive());
  spec.seed = json.required<std::int64_t>("seed", Range::at_least(0));
  spec.evaluate = json.optional("evaluate", spec.evaluate);
  spec.record_steps = json.optional("record_steps", spec.record_steps);
  auto labels = json.object("labels");
  spec.labels.experiment = labels.required<std::string>("experiment");
  spec.labels.task = labels.required<std::string>("task");
  spec.labels.optimiser = labels.required<std::string>("optimiser");
  labels.finish();
  json.finish();
  return spec;
}

}  // namespace nero_bench
