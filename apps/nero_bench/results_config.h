#pragma once
#include "harness/experiment/experiment_config.h"
#include "harness/results/lease.h"
#include "harness/results/results_store.h"

namespace nero_bench {

// The config of a results folder; nothing if there is none. Throws ConfigError.
std::optional<ExperimentConfig> config_of(const ResultsStore& store);

// Why keep_config() would refuse it, as far as records tell; empty if it would not.
std::string objection_to(const ExperimentConfig& config, ResultsStore& store);

// Makes `config` the config of the folder. Throws ConfigError where the folder has one that knows trials which `config`
// does not, and they have run or are running, unless `replace`. More seeds, rates or optimisers are no such change.
void keep_config(ResultsStore& store, Leases& leases, const ExperimentConfig& config, bool replace);

}  // namespace nero_bench
