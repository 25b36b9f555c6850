#include "harness/execution/slurm_jobs.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "base/errors.h"
#include "base/files.h"
#include "base/json_reader.h"

namespace nero_bench {
namespace {

constexpr JsonLimits kJobLimits{.bytes = 1 << 16, .depth = 8};

// The name of the job in such a file; nothing for what is none, which does no harm.
std::string job_name_in(const std::filesystem::path& file) {
  const auto text = read_text(file.string(), kJobLimits.bytes);
  if (!text) return "";
  try {
    const auto json = parse_json(text.content, file.string(), kJobLimits);
    return JsonReader(json, file.string()).required<std::string>("name");
  } catch (const ConfigError&) {
    return "";
  }
}

}  // namespace

std::string SlurmJobs::prepare_folder() const {
  ensure_folder(folder_);
  return folder_.string();
}

void SlurmJobs::add(const std::string& job, const std::string& job_name, std::int64_t tasks) const {
  const Json json{{"job", job}, {"name", job_name}, {"tasks", tasks}};
  // An earlier job may have had the same number, before the cluster was set up anew.
  write_atomically(folder_ / (job + ".json"), json.dump(2) + "\n", true);
}

std::vector<SlurmTask> SlurmJobs::tasks(const SlurmScheduler& scheduler) const {
  std::map<std::string, std::set<std::string>> jobs_by_name;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder_, error), end; !error && entry != end; entry.increment(error)) {
    const auto& file = entry->path();
    if (file.extension() != ".json") continue;
    if (const auto name = job_name_in(file); !name.empty()) jobs_by_name[name].insert(file.stem().string());
  }
  std::vector<SlurmTask> found;
  for (const auto& [name, jobs] : jobs_by_name) {
    for (auto& task : scheduler.tasks(name)) {
      if (jobs.contains(task.job)) found.push_back(std::move(task));
    }
  }
  return found;
}

std::string slurm_job_name(const std::string& experiment) { return fmt::format("nero-bench-{}", experiment); }

std::string describe_tasks(const std::vector<SlurmTask>& tasks) {
  std::map<std::string, std::vector<std::string>> places;
  std::map<std::string, int> counts;
  for (const auto& task : tasks) {
    ++counts[task.state];
    auto& seen = places[task.state];
    auto place = task.place;
    std::erase_if(place, [](char c) { return c == '(' || c == ')'; });
    if (!place.empty() && std::find(seen.begin(), seen.end(), place) == seen.end()) seen.push_back(place);
  }
  std::string text;
  for (const auto& [state, count] : counts) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, state);
    if (!places[state].empty()) text += fmt::format(" ({})", fmt::join(places[state], ", "));
  }
  return text;
}

}  // namespace nero_bench
