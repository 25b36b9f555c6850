#include "harness/execution/executors.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/errors.h"
#include "base/text.h"

namespace nero_bench {

const std::vector<ExecutorEntry>& executors() {
  static const std::vector<ExecutorEntry> kExecutors{
      {"local", "processes on this machine", true, [](const Execution& e) { return make_process_pool(e.local); }},
      {"slurm", "a job array of a Slurm cluster", false, [](const Execution& e) { return make_slurm_array(e.slurm); }},
  };
  return kExecutors;
}

const ExecutorEntry& find_executor(const std::string& name) {
  const auto& all = executors();
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& entry) { return entry.name == name; });
  if (found != all.end()) return *found;
  std::vector<std::string> names;
  for (const auto& entry : all) names.push_back(entry.name);
  throw ConfigError(fmt::format("--executor {}: expected one of {}", name, quoted_list(names)));
}

}  // namespace nero_bench
