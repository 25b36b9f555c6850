#include "harness/execution/slurm_scheduler.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <sstream>

#include "base/errors.h"
#include "base/text.h"
#include "harness/execution/child_process.h"

namespace nero_bench {
namespace {

std::string find_in_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const auto file = folder + "/" + program;
    if (!folder.empty() && ::access(file.c_str(), X_OK) == 0) return file;
  }
  throw ConfigError(program +
                    ": not found in PATH: is Slurm installed here? --executor slurm runs on a machine of the cluster "
                    "that may submit jobs");
}

std::string ask(const std::string& program, const std::vector<std::string>& arguments, const std::string& input = "") {
  const auto result = run_program(find_in_path(program), arguments, input);
  if (result.status == 0) return result.output;
  const auto said = result.errors.substr(0, result.errors.find_last_not_of('\n') + 1);
  throw ConfigError(
      fmt::format("{}: {}: {}", program, describe_status(result.status), printable(shortened(said, 1000))));
}

}  // namespace

std::int64_t SlurmScheduler::max_array_size() const {
  return parse_max_array_size(ask("scontrol", {"show", "config"}));
}

std::string SlurmScheduler::submit(const std::vector<std::string>& arguments, const std::string& script) const {
  return parse_job_id(ask("sbatch", arguments, script));
}

std::vector<SlurmTask> SlurmScheduler::tasks(const std::string& job_name) const {
  return parse_tasks(ask("squeue", squeue_arguments(job_name)));
}

bool SlurmScheduler::answers() const { return run_program(find_in_path("scontrol"), {"ping"}, "").status == 0; }

void SlurmScheduler::cancel(const std::string& job_or_task) const { ask("scancel", {job_or_task}); }

}  // namespace nero_bench
