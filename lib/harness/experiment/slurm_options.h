#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/json_reader.h"

namespace nero_bench {

// What a Slurm cluster is asked for, by the config's key "slurm" or by flags. It says where trials run, and changes
// nothing about them. Texts are as sbatch takes them; an empty one is left to the cluster.
struct SlurmOptions {
  std::string partition;
  std::string gres;    // "gpu:1"
  std::string time;    // limit of a task: "2:00:00", "1-12"
  std::string signal;  // warning before that limit: "USR1@60"
  bool requeue = false;
  std::int64_t tasks = 16;          // of the job array, at most
  std::vector<std::string> sbatch;  // further options, such as "--account=physics"

  bool operator==(const SlurmOptions&) const = default;
};

// Reads the key "slurm", which may be absent. Throws ConfigError.
SlurmOptions parse_slurm(JsonReader& json);

Json to_json(const SlurmOptions& options);  // without what is left to the cluster

// Why `option` cannot be among the further ones: it is no "--name" or "--name=value", or one of those that we need to
// choose ourselves. Empty if it can.
std::string reason_against_sbatch_option(const std::string& option);

}  // namespace nero_bench
