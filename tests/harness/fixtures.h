#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/errors.h"
#include "harness/experiment/experiment_config.h"
#include "trial/trial_record.h"

namespace nero_bench {

// A small valid config: one task, adam and sgd, three rates, one search seed.
inline Json small_config() {
  return Json::parse(R"({
    "name": "small",
    "task": {"name": "image_classification", "model": {"name": "mlp", "depth": 5}},
    "budget": {"epochs": 2},
    "learning_rates": [0.001, 0.01, 0.1],
    "optimisers": [{"name": "adam"}, {"name": "sgd"}]
  })");
}

// The same with a search over rate and momentum of three listed points in place of the rates, for sgd alone.
inline Json listed_search_config() {
  auto json = small_config();
  json.erase("learning_rates");
  json["optimisers"].erase(0);
  json["search"] = Json::parse(R"({"points": 3, "space": [
    {"learning_rate": 0.1, "momentum": 0.9, "optimiser.nesterov": true},
    {"learning_rate": 0.0123456, "momentum": 0.123456, "optimiser.nesterov": false},
    {"learning_rate": 0.1, "momentum": 0.5, "optimiser.nesterov": true}]})");
  return json;
}

inline ExperimentConfig parsed(const Json& json) { return parse_experiment(json, "test.json"); }

// The message of the ConfigError that `body` throws, or "no error".
inline std::string error_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

// A record of `spec` with the accuracy at its end and plausible costs.
inline TrialRecord record_of(const TrialSpec& spec, TrialStatus status = TrialStatus::kCompleted,
                             double accuracy = 0.5) {
  TrialRecord record;
  record.spec = spec;
  record.status = status;
  record.steps = 200;
  record.curve = {{1, 100, spec.learning_rate, {{"test.accuracy", accuracy / 2}, {"test.loss", 2.5}}},
                  {2, 200, spec.learning_rate, {{"test.accuracy", accuracy}, {"test.loss", 2.0}}}};
  record.final_metrics = record.curve.back().metrics;
  record.counts = {{"model.parameters", 1000}, {"model.tensors", 4}};
  record.timings = {.build_seconds = 0.1,
                    .train_seconds = 1,
                    .evaluate_seconds = 0.2,
                    .step_seconds = 0.004,
                    .optimiser_seconds = 0.001};
  record.memory.parameters = 4000;
  record.memory.optimiser_state = 8000;
  record.memory.process_peak = 50'000'000;
  record.resolved = {{"task", spec.task}, {"optimiser", spec.optimiser}, {"schedule", spec.schedule}};
  record.environment = {{"device", "cpu"}};
  record.started_at = "2026-01-01T00:00:00Z";
  record.finished_at = "2026-01-01T00:00:01Z";
  return record;
}

}  // namespace nero_bench
