#include "harness/results/holder.h"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

namespace nero_bench {
namespace {

namespace fs = std::filesystem;

struct ProcessStatus {
  char state = '?';
  std::uint64_t start_time = 0;
};

// From /proc/<pid>/stat: fields 3 and 22, counted behind the program's name, which may hold blanks and brackets.
std::optional<ProcessStatus> status_of(std::int64_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) return std::nullopt;
  const auto all = text.str();
  std::istringstream fields(all.substr(std::min(all.size(), all.rfind(')') + 1)));
  ProcessStatus status;
  fields >> status.state;
  std::string skipped;
  for (int field = 4; field < 22; ++field) fields >> skipped;
  if (!(fields >> status.start_time)) return std::nullopt;
  return status;
}

bool runs_here(const Holder& holder) {
  // Another user's process may be hidden in /proc, but not from kill().
  if (::kill(static_cast<pid_t>(holder.pid), 0) != 0 && errno == ESRCH) return false;
  const auto status = status_of(holder.pid);
  if (!status) return true;  // there, and tells nothing about itself
  return status->start_time == holder.start_time && status->state != 'Z' && status->state != 'X';
}

std::string first_line(const char* file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  return line;
}

}  // namespace

Holder this_process() {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  std::error_code unknown;
  Holder holder;
  holder.host = host.data();
  holder.machine_id = first_line("/etc/machine-id");
  holder.boot_id = first_line("/proc/sys/kernel/random/boot_id");
  holder.pid_namespace = fs::read_symlink("/proc/self/ns/pid", unknown).string();
  holder.pid = ::getpid();
  holder.start_time = status_of(holder.pid).value_or(ProcessStatus{}).start_time;
  return holder;
}

bool is_provably_dead(const Holder& other, const Holder& me) {
  if (other.host != me.host || other.boot_id.empty() || me.boot_id.empty()) return false;
  if (other.boot_id != me.boot_id) return !me.machine_id.empty() && other.machine_id == me.machine_id;
  return other.pid_namespace == me.pid_namespace && !runs_here(other);
}

Json to_json(const Holder& holder) {
  return {{"host", holder.host},       {"machine_id", holder.machine_id},
          {"boot_id", holder.boot_id}, {"pid_namespace", holder.pid_namespace},
          {"pid", holder.pid},         {"start_time", holder.start_time}};
}

std::optional<Holder> parse_holder(const Json& json) {
  try {
    Holder holder{json.at("host"), json.value("machine_id", ""), json.at("boot_id"), json.at("pid_namespace"),
                  json.at("pid"),  json.at("start_time")};
    // Zero and negative ones mean groups of processes to kill().
    if (holder.pid > 0 && holder.pid == static_cast<pid_t>(holder.pid)) return holder;
  } catch (const Json::exception&) {
    // not written by us
  }
  return std::nullopt;
}

}  // namespace nero_bench
