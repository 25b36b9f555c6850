#include "trial/trial_spec.h"

#include <cctype>

#include "base/hashing.h"
#include "base/text.h"

namespace nero_bench {
namespace {

Json identity(const TrialSpec& spec) {
  Json budget = Json::object();
  if (spec.budget.epochs > 0) budget["epochs"] = spec.budget.epochs;
  if (spec.budget.steps > 0) budget["steps"] = spec.budget.steps;
  Json json = Json::object();  // member by member: a list of them would copy the components three times
  json["task"] = spec.task;
  json["optimiser"] = spec.optimiser;
  json["schedule"] = spec.schedule;
  json["budget"] = std::move(budget);
  json["learning_rate"] = spec.learning_rate;
  json["seed"] = spec.seed;
  json["evaluate"] = spec.evaluate;
  json["record_steps"] = spec.record_steps;
  return json;
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
  Json content = Json::object();
  content["semantics"] = kTrialSemantics;
  content["spec"] = identity(spec);
  return slug(spec.optimiser.value("name", "")) + "-lr" + format_number(spec.learning_rate) + "-seed" +
         std::to_string(spec.seed) + "-" + sha256_hex(content.dump()).substr(0, 16);
}

Json to_json(const TrialSpec& spec) {
  Json json = identity(spec);
  json["labels"] = {
      {"experiment", spec.labels.experiment}, {"task", spec.labels.task}, {"optimiser", spec.labels.optimiser}};
  return json;
}

Budget parse_budget(JsonReader json) {
  Budget budget;
  if (json.has("epochs")) budget.epochs = json.required<std::int64_t>("epochs", Range::between(1, 1e9));
  if (json.has("steps")) budget.steps = json.required<std::int64_t>("steps", Range::between(1, 1e15));
  if ((budget.epochs > 0) == (budget.steps > 0))
    json.fail("epochs", "exactly one of \"epochs\" and \"steps\"", "write {\"epochs\": 6}");
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
