#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "harness/experiment/axes.h"
#include "harness/experiment/search.h"
#include "harness/experiment/slurm_options.h"

namespace nero_bench {

// What a config file says, checked as far as the harness can; the options of components are the learning half's to
// read.

struct TaskEntry {
  std::string label;  // empty if none was given, which only a single task may have
  Json component;     // {"name": …, options}
  std::string path;   // where it stands in the config, for messages: "task", "tasks[1]"
};

struct OptimiserEntry {
  std::string label;
  Json component;                               // {"name": …, options, "roles": …}, without the rate
  std::vector<double> learning_rates;           // its own grid; empty: the experiment's
  std::optional<double> repeat_learning_rate;   // the published choice, used for the repeats whatever the search finds
  std::optional<double> default_learning_rate;  // what its users start from: judged by the analysis, never planned
  NamedSpace search;                            // its own space or names; with ExperimentConfig::search only
  std::vector<Axis> axes;                       // multiplied with the experiment's, for this optimiser only
};

// One explicit combination, in place of the product of axes and rates.
struct Point {
  std::size_t optimiser = 0;  // index into `optimisers`
  std::size_t task = 0;       // index into `tasks`
  double learning_rate = 0;
  std::vector<Setting> settings;
};

enum class SelectionRule { kFinal, kBest };

// By what a candidate is chosen: a metric at the end of training, or at its best epoch.
struct Selection {
  std::string metric = "accuracy";
  std::string split = "test";
  SelectionRule rule = SelectionRule::kFinal;

  std::string name() const { return split + "." + metric; }  // as in records
};

// Every candidate is tried on the search seeds; the best one is then repeated on the repeat seeds.
struct Protocol {
  std::vector<std::int64_t> search_seeds = {0};
  std::vector<std::int64_t> repeat_seeds;
  Selection select;
};

struct ExperimentConfig {
  std::string name;  // also of the results folder
  std::string description;
  std::string paper;
  std::vector<TaskEntry> tasks;
  Json schedule = {{"name", "constant"}};
  Json budget;  // {"epochs": n} or {"steps": n}
  std::vector<double> learning_rates;
  std::vector<OptimiserEntry> optimisers;
  std::vector<Axis> axes;
  std::vector<Point> points;     // not empty: instead of the product
  std::optional<Search> search;  // in place of grids of rates
  Protocol protocol;
  std::vector<std::string> evaluate = {"test"};
  bool record_steps = false;
  SlurmOptions slurm;
  std::string source;  // the file, for messages
};

// Reads `file` ("-": standard input), applies the overrides ("path=value") and parses. Throws ConfigError.
ExperimentConfig load_experiment(const std::string& file, std::span<const std::string> overrides = {});
// Files that the config names lie relative to `folder`.
ExperimentConfig parse_experiment(const Json& json, const std::string& source,
                                  const std::filesystem::path& folder = {});

// The config as it was understood, with every default; parse_experiment reads it back.
Json to_json(const ExperimentConfig& config);

}  // namespace nero_bench
