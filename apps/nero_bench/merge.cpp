#include "harness/results/merge.h"

#include <fmt/format.h>

#include <memory>

#include "base/errors.h"
#include "base/log.h"
#include "commands.h"
#include "harness/experiment/config_change.h"
#include "results_config.h"

namespace nero_bench {
namespace {

struct MergeOptions {
  std::vector<std::string> folders;
  std::string into;
};

ExperimentConfig required_config_of(const ResultsStore& store) {
  if (auto config = config_of(store)) return *config;
  throw ConfigError(
      fmt::format("{}: not a results folder: there is no config.json in it; name the folder of one experiment, such as "
                  "runs/quickstart",
                  store.folder().string()));
}

// The one config of all folders.
ExperimentConfig common_config(const ResultsStore& target, const std::vector<ResultsStore>& sources) {
  const auto first = required_config_of(sources.front());
  const auto must_agree = [&](const ResultsStore& store, const ExperimentConfig& config) {
    const auto found = differences(first, config);
    if (found.empty()) return;
    throw ConfigError(fmt::format(
        "{} and {} are of different experiments: at {}: {} and {}; merge folders that were run with one config",
        sources.front().config_file().string(), store.config_file().string(), found.front().path, found.front().before,
        found.front().now));
  };
  for (const auto& source : sources) must_agree(source, required_config_of(source));
  if (const auto config = config_of(target)) must_agree(target, *config);
  return first;
}

void refuse_conflicts(const std::vector<Conflict>& conflicts, const char* what_was_done) {
  if (conflicts.empty()) return;
  for (const auto& conflict : conflicts)
    log_error(fmt::format("{} and {}: different results of one trial", conflict.first, conflict.second));
  throw StoreError(
      fmt::format("{} trials have different results, {}; 'nero-bench compare --exact' says where they differ: "
                  "remove the wrong record of each",
                  conflicts.size(), what_was_done));
}

// What is told of a store: all of it at first, later what has come to it since.
void warn_of_problems(const ResultsStore& store, std::size_t known = 0) {
  const auto problems = store.problems();
  for (std::size_t i = known; i < problems.size(); ++i) log_warning(problems[i]);
}

int merge(const MergeOptions& options) {
  ResultsStore target(options.into);
  std::vector<ResultsStore> sources;
  for (const auto& folder : options.folders) sources.emplace_back(folder);
  const auto config = common_config(target, sources);
  const auto plan = plan_merge(target, sources);
  for (const auto& source : sources) warn_of_problems(source);
  warn_of_problems(target);
  refuse_conflicts(plan.conflicts, "nothing was merged");
  if (!config_of(target)) target.write_config(to_json(config));
  const auto known = target.problems().size();
  const auto merged = carry_out(plan, target);
  warn_of_problems(target, known);
  const auto there = plan.already_there + plan.to_add.size() - merged.added;
  log_info(fmt::format("{} records came into {}, {} were there", merged.added, options.into, there));
  refuse_conflicts(merged.conflicts, "those that were stored first were kept");
  return static_cast<int>(ExitCode::kDone);
}

}  // namespace

void add_merge_command(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("merge", "join results folders of one experiment, such as those of its shards");
  const auto options = std::make_shared<MergeOptions>();
  command->add_option("folders", options->folders, "results folders, each of the same experiment")->required();
  command->add_option("--into", options->into, "the results folder that takes their records")->required();
  command->callback([options, &chosen] { chosen = [options] { return merge(*options); }; });
}

}  // namespace nero_bench
