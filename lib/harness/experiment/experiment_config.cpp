#include "harness/experiment/experiment_config.h"

#include "base/errors.h"
#include "harness/experiment/overrides.h"

namespace nero_bench {
namespace {

Json axes_to_json(const std::vector<Axis>& axes) {
  Json json = Json::object();
  for (const auto& axis : axes) json[axis.path] = axis.values;
  return json;
}

Json task_to_json(const TaskEntry& task) {
  Json json = task.component;
  if (!task.label.empty()) json["label"] = task.label;
  return json;
}

Json optimiser_to_json(const OptimiserEntry& optimiser) {
  Json json = optimiser.component;
  json["label"] = optimiser.label;
  if (!optimiser.learning_rates.empty()) json["learning_rates"] = optimiser.learning_rates;
  if (optimiser.repeat_learning_rate) json["repeat_learning_rate"] = *optimiser.repeat_learning_rate;
  if (optimiser.default_learning_rate) json["default_learning_rate"] = *optimiser.default_learning_rate;
  if (const auto search = to_json(optimiser.search); !search.empty()) json["search"] = search;
  if (!optimiser.axes.empty()) json["axes"] = axes_to_json(optimiser.axes);
  return json;
}

Json point_to_json(const Point& point, const ExperimentConfig& config) {
  Json json{{"optimiser", config.optimisers[point.optimiser].label}, {"learning_rate", point.learning_rate}};
  if (config.tasks.size() > 1) json["task"] = config.tasks[point.task].label;
  for (const auto& setting : point.settings) json[setting.path] = setting.value;
  return json;
}

Json protocol_to_json(const Protocol& protocol) {
  return {{"search_seeds", protocol.search_seeds},
          {"repeat_seeds", protocol.repeat_seeds},
          {"select",
           {{"metric", protocol.select.metric},
            {"split", protocol.select.split},
            {"rule", protocol.select.rule == SelectionRule::kFinal ? "final" : "best"}}}};
}

}  // namespace

ExperimentConfig load_experiment(const std::string& file, std::span<const std::string> overrides) {
  Json json = load_json(file);
  const std::string source = file == "-" ? "standard input" : file;
  if (!overrides.empty() && !json.is_object())
    throw ConfigError(source + ": at the top: expected an object; write {…} there");
  for (const auto& override_text : overrides) apply_override(json, override_text);
  return parse_experiment(json, overrides.empty() ? source : source + " with --set",
                          std::filesystem::path(file).parent_path());
}

Json to_json(const ExperimentConfig& config) {
  Json json{{"name", config.name},         {"description", config.description},
            {"paper", config.paper},       {"schedule", config.schedule},
            {"budget", config.budget},     {"protocol", protocol_to_json(config.protocol)},
            {"evaluate", config.evaluate}, {"record_steps", config.record_steps}};
  if (config.tasks.size() == 1) {
    json["task"] = task_to_json(config.tasks.front());
  } else {
    for (const auto& task : config.tasks) json["tasks"].push_back(task_to_json(task));
  }
  for (const auto& optimiser : config.optimisers) json["optimisers"].push_back(optimiser_to_json(optimiser));
  if (!config.learning_rates.empty()) json["learning_rates"] = config.learning_rates;
  if (config.search) json["search"] = to_json(*config.search);
  if (!config.axes.empty()) json["axes"] = axes_to_json(config.axes);
  for (const auto& point : config.points) json["points"].push_back(point_to_json(point, config));
  if (config.slurm != SlurmOptions{}) json["slurm"] = to_json(config.slurm);
  return json;
}

}  // namespace nero_bench
