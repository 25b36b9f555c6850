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

// Without the precision, which labels have where it is reduced.
std::string described(Settings settings) {
  std::erase_if(settings, [](const Setting& setting) { return setting.path == kPrecisionPath; });
  return describe(settings);
}

std::string task_label(const ExperimentConfig& config, const TaskEntry& task, const Settings& settings) {
  const auto label = joined(task.label, ": ", described(select(settings, false)));
  return label.empty() ? config.tasks.front().component.at("name").get<std::string>() : label;
}

[[noreturn]] void refuse(const ExperimentConfig& config, const std::string& path, const std::string& why) {
  throw ConfigError(fmt::format("{}: at {}: {}", config.source, path, why));
}

// The component of the trial that the setting is of; null for the budget.
Json* component_in(TrialSpec& spec, const Setting& setting) {
  const auto name = component_of(setting);
  return name == "task"        ? &spec.task
         : name == "optimiser" ? &spec.optimiser
         : name == "schedule"  ? &spec.schedule
                               : nullptr;
}

void apply(const ExperimentConfig& config, const Setting& setting, TrialSpec& spec, Json& budget) {
  Json* component = component_in(spec, setting);
  if (!apply_setting(component == nullptr ? budget : *component, setting)) {
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
  spec.labels = {config.name, with_precision(cell.task, spec.task), cell.optimiser};
  return spec;
}

std::vector<Candidate> grid(const std::vector<double>& learning_rates) {
  std::vector<Candidate> candidates;
  for (const double rate : learning_rates) candidates.push_back({rate, {}});
  return candidates;
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
  cell.optimiser = joined(entry.label, ", ", described(select(cell.settings, true)));
  cell.block = task_label(config, task_entry, global);
  cell.line = joined(entry.label, ", ", described(concatenated(select(global, true), own)));
  if (!config.search)
    cell.candidates = grid(entry.learning_rates.empty() ? config.learning_rates : entry.learning_rates);
  if (entry.repeat_learning_rate) cell.published = Candidate{*entry.repeat_learning_rate, {}};
  cell.default_learning_rate = entry.default_learning_rate;
  cell.search_seeds = config.protocol.search_seeds;
  cell.repeat_seeds = config.protocol.repeat_seeds;
  cell.common = common_spec(config, cell, task_entry, entry);
  return cell;
}

// The cells of a search: in each study the same optimiser on the same task, with candidates and seeds of its own.
void add_studies(std::vector<Cell>& cells, const Cell& cell, const std::vector<std::vector<Candidate>>& studies) {
  for (std::size_t study = 0; study < studies.size(); ++study) {
    cells.push_back(cell);
    auto& added = cells.back();
    added.study = static_cast<std::int64_t>(study);
    added.is_design = true;
    added.candidates = studies[study];
    for (auto* seeds : {&added.search_seeds, &added.repeat_seeds}) {
      for (auto& seed : *seeds) seed += added.study * kSeedsApart;
    }
    if (studies.size() == 1) continue;
    for (auto* label : {&added.optimiser, &added.line, &added.common.labels.optimiser})
      *label += fmt::format(", study {}", study + 1);
  }
}

// An axis and a search that set the same would undo each other; and a trial sets options, not what lies in them.
void check_candidates(const ExperimentConfig& config, const Cell& cell, const std::vector<Candidate>& candidates) {
  auto spec = cell.common;
  Json budget;
  for (const auto& searched : candidates.front().settings) {  // the others have the same paths
    if (searched.path == kPrecisionPath)
      refuse(config, "search",
             fmt::format("expected a search at one precision, found {0} among what it varies, and points of different "
                         "precision are not compared; write \"axes\": {{\"{0}\": [\"float32\", \"bfloat16\"]}}",
                         kPrecisionPath));
    apply(config, searched, spec, budget);
    for (const auto& setting : cell.settings) {
      const auto a = setting.path + ".";
      const auto b = searched.path + ".";
      if (a.starts_with(b) || b.starts_with(a))
        refuse(config, "axes." + setting.path,
               "expected an axis that the search does not vary, found it in the search space, too; remove one");
    }
  }
}

std::vector<std::vector<Candidate>> studies_of(const ExperimentConfig& config, std::size_t optimiser) {
  std::vector<std::vector<Candidate>> studies;
  if (!config.search) return studies;
  const auto path = fmt::format("optimisers[{}]", optimiser);
  const auto searched = searched_space(*config.search, config.optimisers[optimiser].search, config.source, path);
  for (std::int64_t study = 0; study < config.search->studies; ++study)
    studies.push_back(candidates_of(*config.search, searched, study, config.source));
  return studies;
}

std::vector<Cell> expand_product(const ExperimentConfig& config) {
  std::vector<Cell> cells;
  const auto global = combinations(config.axes);
  for (std::size_t optimiser = 0; optimiser < config.optimisers.size(); ++optimiser) {
    const auto own = combinations(config.optimisers[optimiser].axes);
    const auto studies = studies_of(config, optimiser);
    for (std::size_t task = 0; task < config.tasks.size(); ++task) {
      for (const auto& settings : global) {
        for (std::size_t variant = 0; variant < own.size(); ++variant) {
          auto cell = make_cell(config, task, optimiser, settings, own[variant]);
          cell.variant = variant;
          if (!config.search) {
            cells.push_back(std::move(cell));
            continue;
          }
          check_candidates(config, cell, studies.front());
          add_studies(cells, cell, studies);
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
    cells[place->second].second.candidates.push_back({point.learning_rate, {}});
  }
  std::stable_sort(cells.begin(), cells.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Cell> sorted;
  for (auto& [optimiser, cell] : cells) sorted.push_back(std::move(cell));
  return sorted;
}

}  // namespace

TrialSpec Cell::trial(const Candidate& candidate, std::int64_t seed) const {
  TrialSpec spec = common;
  for (const auto& setting : candidate.settings) apply_setting(*component_in(spec, setting), setting);
  spec.labels.optimiser = joined(spec.labels.optimiser, ", ", describe(candidate.settings));
  spec.learning_rate = candidate.learning_rate;
  spec.seed = seed;
  return spec;
}

std::vector<Cell> expand(const ExperimentConfig& config) {
  return config.points.empty() ? expand_product(config) : expand_points(config);
}

std::set<std::string> trial_ids(const ExperimentConfig& config) {
  std::set<std::string> ids;
  for (const auto& cell : expand(config)) {
    auto seeds = cell.search_seeds;
    seeds.insert(seeds.end(), cell.repeat_seeds.begin(), cell.repeat_seeds.end());
    auto candidates = cell.candidates;
    if (cell.published) candidates.push_back(*cell.published);
    for (const auto& candidate : candidates) {
      for (const auto seed : seeds) ids.insert(trial_id(cell.trial(candidate, seed)));
    }
  }
  return ids;
}

}  // namespace nero_bench
