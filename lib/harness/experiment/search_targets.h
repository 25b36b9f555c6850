#pragma once
#include <map>
#include <string>
#include <vector>

#include "harness/experiment/candidate.h"
#include "harness/experiment/search_space.h"

namespace nero_bench {

// What the config says that hyper-parameters set: {"one_minus_beta1": "optimiser.momentum"}, or null for nothing.
using Names = std::map<std::string, Json>;

// What a hyper-parameter of a space sets.
struct Target {
  std::string path;         // "learning_rate" or that of an option, as "optimiser.beta1"; empty: nothing
  bool complement = false;  // to one minus the value: the name begins with one_minus_
};

// Of every hyper-parameter of the space by its name: the path in `names`, else the name itself if it is a path, else
// what AlgoPerf means by it (learning_rate, beta1, one_minus_beta1, weight_decay, grad_clip, warmup_factor, …). Throws
// ConfigError naming the space's file and place where none of them knows it, where two set the same, and where nothing
// sets the rate. `config` is the file that could map it, for messages.
std::map<std::string, Target> targets_of(const SearchSpace& space, const Names& names, const std::string& config);

// The candidate with these values, {name: value, …}.
Candidate candidate_at(const Json& values, const std::map<std::string, Target>& targets);

}  // namespace nero_bench
