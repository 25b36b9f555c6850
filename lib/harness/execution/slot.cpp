#include "harness/execution/slot.h"

#include <sched.h>

#include <algorithm>

#include "base/errors.h"

namespace nero_bench {

std::vector<Slot> make_slots(int jobs, int threads, std::span<const int> cores, std::span<const std::string> devices) {
  const auto count = static_cast<std::size_t>(jobs);
  const auto each = static_cast<std::size_t>(threads);
  const bool pinned = count * each <= cores.size();
  std::vector<Slot> slots(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (!devices.empty()) slots[i].device = devices[i % devices.size()];
    if (!pinned) continue;
    const auto own = cores.subspan(i * each, each);
    slots[i].cores.assign(own.begin(), own.end());
  }
  return slots;
}

std::vector<std::string> parse_devices(std::string_view list) {
  std::vector<std::string> devices;
  while (true) {
    const auto comma = list.find(',');
    devices.emplace_back(list.substr(0, comma));
    if (devices.back().empty()) {
      throw ConfigError("--device: a name is missing; expected auto, cpu, cuda or cuda:<index>, several with commas");
    }
    if (comma == std::string_view::npos) return devices;
    list.remove_prefix(comma + 1);
  }
}

int default_jobs(int threads, std::size_t cores, std::size_t devices) {
  if (devices > 1) return static_cast<int>(devices);
  return std::max(1, static_cast<int>(cores) / threads);
}

std::vector<int> allowed_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> cores;
  if (::sched_getaffinity(0, sizeof(set), &set) != 0) return cores;
  for (int core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(static_cast<std::size_t>(core), &set)) cores.push_back(core);
  }
  return cores;
}

}  // namespace nero_bench
