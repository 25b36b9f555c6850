#include "results_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>

#include "base/errors.h"
#include "base/files.h"
#include "base/log.h"
#include "harness/experiment/config_change.h"

namespace nero_bench {
namespace {

// Why `now` is not to become the config of a folder that has one for these trials, besides those of its records; empty
// if it may.
std::string objection(ResultsStore& store, std::set<std::string> trials, const ExperimentConfig& before,
                      const ExperimentConfig& now) {
  for (const auto& record : store.records()) trials.insert(record.id());
  const auto given_up = trials_given_up(before, now, trials);
  if (given_up.empty()) return "";
  const auto changes = differences(before, now);
  const auto change = changes.empty() ? ConfigDifference{"the top", "?", "?"} : changes.front();
  return fmt::format(
      "{}: made with another config: at {}: {}, now {}{}; {} trials that ran or run with it would not be used: choose "
      "another name (--set name=…) or another --results, or leave them unused with --replace-config",
      store.config_file().string(), change.path, change.before, change.now,
      changes.size() > 1 ? fmt::format(", and at {} more places", changes.size() - 1) : "", given_up.size());
}

}  // namespace

std::optional<ExperimentConfig> config_of(const ResultsStore& store) {
  const auto file = store.config_file();
  const auto text = read_text(file.string(), JsonLimits().bytes);
  if (text.reason == ENOENT) return std::nullopt;
  if (text.reason != 0)
    throw StoreError(
        fmt::format("{}: cannot be read: {}; make it readable", file.string(), std::strerror(text.reason)));
  return load_experiment(file.string());
}

std::string objection_to(const ExperimentConfig& config, ResultsStore& store) {
  try {
    const auto before = config_of(store);
    return before ? objection(store, {}, *before, config) : "";
  } catch (const ConfigError&) {  // one that cannot be read is replaced
    return "";
  }
}

void keep_config(ResultsStore& store, Leases& leases, const ExperimentConfig& config, bool replace) {
  std::optional<ExperimentConfig> before;
  try {
    before = config_of(store);
  } catch (const ConfigError& error) {
    log_warning(std::string(error.what()) + "; it was replaced");
  }
  if (before && to_json(*before) == to_json(config)) return;
  if (before && !replace) {
    const auto why_not = objection(store, leases.held(), *before, config);
    if (!why_not.empty()) throw ConfigError(why_not);
  }
  store.write_config(to_json(config));
}

}  // namespace nero_bench
