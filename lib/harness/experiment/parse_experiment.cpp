#include <algorithm>
#include <cctype>
#include <set>

#include "base/text.h"
#include "harness/experiment/cells.h"
#include "harness/experiment/experiment_config.h"
#include "harness/experiment/experiment_size.h"
#include "harness/experiment/learning_rates.h"
#include "harness/experiment/parse_protocol.h"
#include "trial/trial_spec.h"

namespace nero_bench {
namespace {

constexpr std::size_t kLongestName = 100;  // of a folder
constexpr std::size_t kLongestLabel = 200;

std::string parse_name(JsonReader& json) {
  auto name = json.required<std::string>("name");
  const auto safe = [](unsigned char c) { return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-'; };
  if (name.empty() || name.size() > kLongestName || name == "." || name == ".." ||
      !std::all_of(name.begin(), name.end(), safe)) {
    json.fail("name", "a name of at most 100 letters, digits, '.', '_' and '-', other than '.' and '..'",
              "it becomes the name of the results folder");
  }
  return name;
}

std::string parse_label(JsonReader& json, const std::string& fallback) {
  auto label = json.optional<std::string>("label", fallback);
  if (json.has("label") && (label.empty() || label.size() > kLongestLabel))
    json.fail("label", "a text of 1 to 200 bytes", "shorten it, or leave it out");
  return label;
}

// Everything but `ours`: the options, which only the learning half can read.
Json component(JsonReader& json, const std::set<std::string>& ours) {
  if (json.required<std::string>("name").empty())
    json.fail("name", "the name of a component", "`nero-bench list` shows them");
  Json options = Json::object();
  for (const auto& key : json.keys()) {
    if (!ours.contains(key)) options[key] = json.raw(key);
  }
  return options;
}

TaskEntry parse_task(JsonReader json, const std::string& path) {
  TaskEntry task;
  task.path = path;
  task.label = parse_label(json, "");
  task.component = component(json, {"label"});
  return task;
}

std::vector<TaskEntry> parse_tasks(JsonReader& json) {
  if (json.has("task") && json.has("tasks"))
    json.fail("tasks", "either \"task\" or \"tasks\"", "remove one of the two");
  if (!json.has("tasks")) return {parse_task(json.object("task"), "task")};
  std::vector<TaskEntry> tasks;
  std::set<std::string> labels;
  for (auto& entry : json.objects("tasks")) {
    entry.required<std::string>("label");
    tasks.push_back(parse_task(entry, "tasks[" + std::to_string(tasks.size()) + "]"));
    if (!labels.insert(tasks.back().label).second)
      entry.fail("label", "a label that no other task has", "choose another");
  }
  return tasks;
}

OptimiserEntry parse_optimiser(JsonReader json, const std::filesystem::path& folder) {
  OptimiserEntry optimiser;
  optimiser.component =
      component(json, {"label", "learning_rates", "repeat_learning_rate", "default_learning_rate", "search", "axes"});
  optimiser.label = parse_label(json, optimiser.component.at("name").get<std::string>());
  if (json.has("learning_rate"))
    json.fail("learning_rate", "\"learning_rates\"", "write \"learning_rates\": [0.01], here or for the experiment");
  if (json.has("learning_rates")) optimiser.learning_rates = parse_learning_rates(json, "learning_rates");
  if (json.has("repeat_learning_rate"))
    optimiser.repeat_learning_rate = json.required<double>("repeat_learning_rate", Range::positive());
  if (json.has("default_learning_rate"))
    optimiser.default_learning_rate = json.required<double>("default_learning_rate", Range::positive());
  if (json.has("search")) optimiser.search = parse_named_space(json.object("search"), folder);
  optimiser.axes = parse_axes(json, "axes");
  return optimiser;
}

// An optimiser's own axes multiply with the experiment's, so they must be others.
void check_own_axes(const JsonReader& json, const OptimiserEntry& optimiser, const std::vector<Axis>& global) {
  for (const auto& own : optimiser.axes) {
    for (const auto& axis : global) {
      const bool overlap =
          own.path == axis.path || own.path.starts_with(axis.path + ".") || axis.path.starts_with(own.path + ".");
      if (overlap)
        json.fail("axes", "other axes than the experiment's",
                  "\"" + own.path + "\" meets \"" + axis.path + "\" there; remove one of the two");
    }
  }
}

// Rates come from one place: a grid, points, or a search.
void check_rates(const JsonReader& json, const JsonReader& entry, const OptimiserEntry& optimiser,
                 const ExperimentConfig& config) {
  const auto refuse_beside = [&](const std::string& other, const std::vector<const char*>& keys, const char* remedy) {
    for (const char* key : keys) {
      if (entry.has(key)) entry.fail(key, "nothing beside \"" + other + "\"", remedy);
    }
  };
  if (json.has("points")) {
    refuse_beside("points", {"axes", "learning_rates", "search"}, "the points say every combination; remove it");
  } else if (config.search) {
    refuse_beside("search", {"learning_rates", "repeat_learning_rate"},
                  "the search finds the rates; remove it, or search a \"space\" of one optimiser");
  } else if (entry.has("search")) {
    entry.fail("search", "a \"search\" of the experiment, too", R"(add "search": {"points": 5} at the top)");
  } else if (optimiser.learning_rates.empty() && config.learning_rates.empty()) {
    entry.fail("learning_rates", "learning rates, of the optimiser or of the experiment",
               "add \"learning_rates\": [0.001, 0.01]");
  }
}

void parse_optimisers(JsonReader& json, ExperimentConfig& config, const std::filesystem::path& folder) {
  std::set<std::string> labels;
  for (auto& entry : json.objects("optimisers")) {
    auto optimiser = parse_optimiser(entry, folder);
    if (!labels.insert(optimiser.label).second) {
      entry.fail(entry.has("label") ? "label" : "name", "a label that no other optimiser has",
                 "give one of the two another \"label\"");
    }
    check_own_axes(entry, optimiser, config.axes);
    check_rates(json, entry, optimiser, config);
    config.optimisers.push_back(std::move(optimiser));
  }
}

// The index of the entry with the label that stands under `key`.
template <class Entry>
std::size_t find_label(JsonReader& json, const char* key, const std::vector<Entry>& entries) {
  const auto label = json.required<std::string>(key);
  std::vector<std::string> labels;
  for (const auto& entry : entries) labels.push_back(entry.label);
  const auto found = std::find(labels.begin(), labels.end(), label);
  if (found != labels.end()) return static_cast<std::size_t>(found - labels.begin());
  const auto nearest = nearest_name(label, labels);
  json.fail(key, "the label of one of the config's",
            (nearest.empty() ? "" : "did you mean '" + nearest + "'? ") + ("there are " + quoted_list(labels)));
}

Point parse_point(JsonReader json, const ExperimentConfig& config) {
  Point point;
  point.optimiser = find_label(json, "optimiser", config.optimisers);
  if (config.tasks.size() > 1) point.task = find_label(json, "task", config.tasks);
  point.learning_rate = json.required<double>("learning_rate", Range::positive());
  for (const auto& key : json.keys()) {
    if (key.find('.') == std::string::npos) continue;
    check_axis_path(json, key);
    point.settings.push_back({key, json.raw(key)});
  }
  json.finish();
  return point;
}

void parse_points(JsonReader& json, ExperimentConfig& config) {
  if (!json.has("points")) return;
  for (const char* key : {"axes", "learning_rates", "search"}) {
    if (json.has(key))
      json.fail(key, "nothing beside \"points\"", "the points say every combination; remove it or the points");
  }
  std::set<Json> seen;
  for (auto& entry : json.objects("points")) {
    config.points.push_back(parse_point(entry, config));
    const auto& point = config.points.back();
    Json key{point.optimiser, point.task, point.learning_rate};
    for (const auto& setting : point.settings) key.push_back({setting.path, setting.value});
    if (!seen.insert(std::move(key)).second)
      entry.fail("optimiser", "points that differ", "this one stands twice; remove one");
  }
}

std::vector<std::string> parse_evaluate(JsonReader& json) {
  auto splits = json.optional<std::vector<std::string>>("evaluate", {"test"});
  if (std::set(splits.begin(), splits.end()).size() != splits.size())
    json.fail("evaluate", "splits that differ", "remove the one that stands twice");
  return splits;
}

void parse_search_of_experiment(JsonReader& json, ExperimentConfig& config, const std::filesystem::path& folder) {
  if (json.has("learning_rates"))
    json.fail("learning_rates", "nothing beside \"search\"", "the search finds the rates; remove it or the search");
  config.search = parse_search(json.object("search"), folder);
}

// The seeds of one study must not be those of the next.
void check_seeds_of_studies(const JsonReader& json, const ExperimentConfig& config) {
  if (!config.search || config.search->studies == 1) return;
  for (const auto& seeds : {config.protocol.search_seeds, config.protocol.repeat_seeds}) {
    if (std::any_of(seeds.begin(), seeds.end(), [](auto seed) { return seed >= kSeedsApart; }))
      json.fail("protocol", "seeds below 1000 beside several studies",
                "each study adds 1000 to those of the one before; lower them");
  }
}

}  // namespace

ExperimentConfig parse_experiment(const Json& json, const std::string& source, const std::filesystem::path& folder) {
  JsonReader reader(json, source);
  ExperimentConfig config;
  config.source = source;
  reader.optional<std::string>("$schema", "");  // for editors
  config.name = parse_name(reader);
  config.description = reader.optional<std::string>("description", "");
  config.paper = reader.optional<std::string>("paper", "");
  config.tasks = parse_tasks(reader);
  if (auto schedule = reader.optional_object("schedule")) config.schedule = component(*schedule, {});
  reader.object("budget");
  config.budget = reader.raw("budget");
  if (reader.has("learning_rates")) config.learning_rates = parse_learning_rates(reader, "learning_rates");
  if (reader.has("search")) parse_search_of_experiment(reader, config, folder);
  config.axes = parse_axes(reader, "axes");
  parse_optimisers(reader, config, folder);
  parse_points(reader, config);
  config.evaluate = parse_evaluate(reader);
  config.record_steps = reader.optional("record_steps", config.record_steps);
  config.protocol = parse_protocol(reader, config.evaluate);
  config.slurm = parse_slurm(reader);
  reader.finish();
  check_seeds_of_studies(reader, config);
  check_size(reader, config);
  expand(config);  // finds settings that do not fit their component
  return config;
}

}  // namespace nero_bench
