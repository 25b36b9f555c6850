#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace nero_bench {

// Where the kernel may count the processes of a control group that its out-of-memory killer ended, the likeliest place
// first: memory.oom_control of cgroup v1 and memory.events of v2. `groups` is the text of /proc/self/cgroup. In a
// container the group's path may not be visible: then the root of what is mounted stands for it.
std::vector<std::filesystem::path> oom_kill_files(const std::string& groups, const std::filesystem::path& mounted);

// The count in such a file; nothing if there is none.
std::optional<std::int64_t> parse_oom_kills(const std::string& text);

// The count of our own control group, in which our trials are, too; nothing if it cannot be read.
std::optional<std::int64_t> count_oom_kills();

}  // namespace nero_bench
