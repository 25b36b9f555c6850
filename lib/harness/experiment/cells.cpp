#include "harness/experiment/cells.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/errors.h"

namespace nero_bench {
namespace {

using Settings = std::vector<Setting>;

std::string joined(const std::string& first, const std::string& separator, const std::string& second) {
  return first.empty() || second.empty() ? first + second : first + separator + second;
}

bool is_of_optimiser(const Setting& setting) { return component_of(setting) == "optimiser"; }

Settings select(const Settings& settings, bool of_optimiser) {
  Settings chosen;
  for (const auto& setting : settings) {
    if (is_of_optimiser(setting) == of_optimiser) chosen.push_back(setting);
  }
  return chosen;
}

Settings concatenated(Settings first, const Settings& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

std::string task_label(const ExperimentConfig& config, const TaskEntry& task, const Settings& settings) {
  const auto label = joined(task.label, ": ", describe(select(settings, false)));
  return label.empty() ? config.tasks.front().component.at("name").get<std::string>() : label;
}

[[noreturn]] void refuse(const ExperimentConfig& config, const std::string& path, const std::string& why) {
  throw ConfigError(fmt::format("{}: at {}: {}", config.source, path, why));
}

void apply(const ExperimentConfig& config, const Setting& setting, TrialSpec& spec, Json& budget) {
  const auto name = component_of(setting);
  Json& component = name == "task"        ? spec.task
                    : name == "optimiser" ? spec.optimiser
                    : name == "schedule"  ? spec.schedule
                                          : budget;
  if (!apply_setting(component, setting)) {
    refuse(config, setting.path,
           "expected objects on the way to the last element, found something else; correct the path");
  }
}

TrialSpec common_spec(const ExperimentConfig& config, const Cell& cell, const TaskEntry& task,
                      const OptimiserEntry& optimiser) {
  TrialSpec spec;
  spec.task = task.component;
  spec.optimiser = optimiser.component;
  spec.schedule = config.schedule;
  Json budget = config.budget;
  for (const auto& setting : cell.settings) apply(config, setting, spec, budget);
  for (const auto& [name, component] :
       {std::pair{"task", &spec.task}, {"optimiser", &spec.optimiser}, {"schedule", &spec.schedule}}) {
    if (!component->at("name").is_string())
      refuse(config, std::string(name) + ".name", "expected a text; correct the axis");
  }
  spec.budget = parse_budget(JsonReader(budget, config.source, "budget"));
  spec.evaluate = config.evaluate;
  spec.record_steps = config.record_steps;
  spec.labels = {config.name, cell.task, cell.optimiser};
  return spec;
}

// `global` and `own` are the settings of the experiment's axes and of the optimiser's own.
Cell make_cell(const ExperimentConfig& config, std::size_t task, std::size_t optimiser, const Settings& global,
               const Settings& own) {
  const auto& task_entry = config.tasks[task];
  const auto& entry = config.optimisers[optimiser];
  Cell cell;
  cell.task_path = task_entry.path;
  cell.optimiser_path = fmt::format("optimisers[{}]", optimiser);
  cell.settings = concatenated(global, own);
  cell.task = task_label(config, task_entry, cell.settings);
  cell.optimiser = joined(entry.label, ", ", describe(select(cell.settings, true)));
  cell.block = task_label(config, task_entry, global);
  cell.line = joined(entry.label, ", ", describe(concatenated(select(global, true), own)));
  cell.learning_rates = entry.learning_rates.empty() ? config.learning_rates : entry.learning_rates;
  cell.repeat_learning_rate = entry.repeat_learning_rate;
  cell.default_learning_rate = entry.default_learning_rate;
  cell.common = common_spec(config, cell, task_entry, entry);
  return cell;
}

std::vector<Cell> expand_product(const ExperimentConfig& config) {
  std::vector<Cell> cells;
  const auto global = combinations(config.axes);
  for (std::size_t optimiser = 0; optimiser < config.optimisers.size(); ++optimiser) {
    const auto own = combinations(config.optimisers[optimiser].axes);
    for (std::size_t task = 0; task < config.tasks.size(); ++task) {
      for (const auto& settings : global) {
        for (std::size_t variant = 0; variant < own.size(); ++variant) {
          cells.push_back(make_cell(config, task, optimiser, settings, own[variant]));
          cells.back().variant = variant;
        }
      }
    }
  }
  return cells;
}

// Points that differ in their rate alone make one cell.
std::vector<Cell> expand_points(const ExperimentConfig& config) {
  std::vector<std::pair<std::size_t, Cell>> cells;  // with the optimiser's place in the file
  std::map<Json, std::size_t> places;
  for (const auto& point : config.points) {
    Json key{point.optimiser, point.task};
    for (const auto& setting : point.settings) key.push_back({setting.path, setting.value});
    const auto [place, is_new] = places.emplace(std::move(key), cells.size());
    if (is_new) cells.emplace_back(point.optimiser, make_cell(config, point.task, point.optimiser, point.settings, {}));
    cells[place->second].second.learning_rates.push_back(point.learning_rate);
  }
  std::stable_sort(cells.begin(), cells.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Cell> sorted;
  for (auto& [optimiser, cell] : cells) sorted.push_back(std::move(cell));
  return sorted;
}

}  // namespace

TrialSpec Cell::trial(double learning_rate, std::int64_t seed) const {
  TrialSpec spec = common;
  spec.learning_rate = learning_rate;
  spec.seed = seed;
  return spec;
}

std::vector<Cell> expand(const ExperimentConfig& config) {
  return config.points.empty() ? expand_product(config) : expand_points(config);
}

std::set<std::string> trial_ids(const ExperimentConfig& config) {
  auto seeds = config.protocol.search_seeds;
  seeds.insert(seeds.end(), config.protocol.repeat_seeds.begin(), config.protocol.repeat_seeds.end());
  std::set<std::string> ids;
  for (const auto& cell : expand(config)) {
    auto rates = cell.learning_rates;
    if (cell.repeat_learning_rate) rates.push_back(*cell.repeat_learning_rate);
    for (const double rate : rates) {
      for (const auto seed : seeds) ids.insert(trial_id(cell.trial(rate, seed)));
    }
  }
  return ids;
}

}  // namespace nero_bench
