#include "harness/execution/oom_kills.h"

#include <sstream>

#include "base/files.h"

namespace nero_bench {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestFile = 1 << 20;

// "memory" among "cpu,memory".
bool holds_memory(const std::string& controllers) {
  return ("," + controllers + ",").find(",memory,") != std::string::npos;
}

}  // namespace

std::vector<fs::path> oom_kill_files(const std::string& groups, const fs::path& mounted) {
  std::vector<fs::path> version_1;
  std::vector<fs::path> version_2;
  std::istringstream lines(groups);
  for (std::string line; std::getline(lines, line);) {  // "4:memory:/path" or "0::/path"
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const auto controllers = line.substr(first + 1, second - first - 1);
    const auto path = fs::path(line.substr(second + 1)).relative_path();
    if (holds_memory(controllers)) {
      version_1 = {mounted / "memory" / path / "memory.oom_control", mounted / "memory" / "memory.oom_control"};
    } else if (controllers.empty()) {
      version_2 = {mounted / path / "memory.events", mounted / "memory.events"};
    }
  }
  version_1.insert(version_1.end(), version_2.begin(), version_2.end());
  return version_1;
}

std::optional<std::int64_t> parse_oom_kills(const std::string& text) {
  std::istringstream words(text);
  std::string name;
  for (std::int64_t count = 0; words >> name >> count;) {
    if (name == "oom_kill") return count;
  }
  return std::nullopt;
}

std::optional<std::int64_t> count_oom_kills() {
  const auto groups = read_text("/proc/self/cgroup", kLongestFile);
  for (const auto& file : oom_kill_files(groups.content, "/sys/fs/cgroup")) {
    const auto text = read_text(file.string(), kLongestFile);
    if (const auto count = parse_oom_kills(text.content)) return count;
  }
  return std::nullopt;
}

}  // namespace nero_bench
