#include "harness/execution/slurm_commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>

#include "base/errors.h"
#include "base/text.h"

namespace nero_bench {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Without "B:", only the steps of a job are signalled, of which a task has none.
std::string to_the_batch_process(const std::string& signal) {
  return !signal.empty() && signal.find(':') == std::string::npos ? fmt::format("B:{}", signal) : signal;
}

}  // namespace

std::string shell_quoted(std::string_view word) {
  std::string quoted;
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return fmt::format("'{}'", quoted);
}

std::string task_script(std::span<const std::string> command, const std::string& folder) {
  std::string words;
  for (const auto& word : command) words += fmt::format(" {}", shell_quoted(word));
  return fmt::format(
      "#!/bin/sh\n"
      "exec </dev/null >>{}/\"${{SLURM_ARRAY_JOB_ID}}_${{SLURM_ARRAY_TASK_ID}}.log\" 2>&1 || exit 5\n"
      "exec{}\n",
      shell_quoted(folder), words);
}

std::vector<std::string> sbatch_arguments(const SlurmOptions& options, const std::string& job_name, std::int64_t tasks,
                                          int cpus) {
  std::vector<std::string> arguments{"--parsable",
                                     fmt::format("--job-name={}", job_name),
                                     fmt::format("--array=0-{}", tasks - 1),
                                     "--output=/dev/null",
                                     "--ntasks=1",
                                     fmt::format("--cpus-per-task={}", cpus),
                                     options.requeue ? "--requeue" : "--no-requeue"};
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) arguments.push_back(fmt::format("--{}={}", name, value));
  };
  add("partition", options.partition);
  add("gres", options.gres);
  add("time", options.time);
  add("signal", to_the_batch_process(options.signal));
  arguments.insert(arguments.end(), options.sbatch.begin(), options.sbatch.end());  // the last one counts
  return arguments;
}

std::string parse_job_id(const std::string& printed) {
  const auto id = printed.substr(0, printed.find_first_of(";\n"));
  if (is_number(id)) return id;
  throw ConfigError(
      fmt::format("sbatch: expected the number of a job, it printed '{}'", printable(shortened(printed, 200))));
}

std::int64_t parse_max_array_size(const std::string& printed) {
  std::istringstream lines(printed);
  std::int64_t size = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("MaxArraySize")) continue;
    const auto digits = line.substr(std::min(line.size(), line.find_first_of("0123456789")));
    std::from_chars(digits.data(), digits.data() + digits.size(), size);
  }
  if (size > 0) return size;
  throw ConfigError("scontrol show config: MaxArraySize is 0 or missing: this cluster has no job arrays");
}

std::int64_t tasks_to_submit(std::size_t trials, int jobs, std::int64_t most, std::int64_t max_array_size,
                             std::size_t present) {
  const auto useful = (static_cast<std::int64_t>(trials) + jobs - 1) / jobs;
  const auto missing = std::min(useful, most) - static_cast<std::int64_t>(present);
  return std::clamp<std::int64_t>(missing, 0, max_array_size);
}

bool SlurmTask::is_alive() const {
  constexpr std::array<std::string_view, 10> kAlive = {"PENDING",  "CONFIGURING", "RUNNING",  "SUSPENDED",
                                                       "STOPPED",  "STAGE_OUT",   "REQUEUED", "REQUEUE_FED",
                                                       "RESIZING", "SIGNALING"};
  if (place.find("held") != std::string::npos || place.find("Held") != std::string::npos) return false;
  return std::find(kAlive.begin(), kAlive.end(), state) != kAlive.end();
}

std::vector<std::string> squeue_arguments(const std::string& job_name) {
  // Also those that ended a short while ago: a cancelled one is told from one that ran out of time.
  return {"--noheader", "--array", "--states=all", fmt::format("--name={}", job_name), "--format=%F|%K|%T|%R"};
}

std::vector<SlurmTask> parse_tasks(const std::string& printed) {
  std::vector<SlurmTask> tasks;
  std::istringstream lines(printed);
  for (std::string line; std::getline(lines, line);) {
    SlurmTask task;
    std::istringstream fields(line);
    std::getline(fields, task.job, '|');
    std::getline(fields, task.index, '|');
    std::getline(fields, task.state, '|');
    std::getline(fields, task.place);
    if (is_number(task.job) && !task.state.empty()) tasks.push_back(task);
  }
  return tasks;
}

bool says_unconfigured(std::string_view complaint) {
  return complaint.find("Could not establish a configuration source") != std::string_view::npos;
}

}  // namespace nero_bench
