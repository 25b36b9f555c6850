#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nero_bench {

// What one of the trials that run side by side has to itself.
struct Slot {
  std::vector<int> cores;  // pinned to these; empty: runs where it may
  std::string device = "auto";
};

// `jobs` slots with `threads` cores each out of `cores`, in their order, no core in two of them; without cores of their
// own if there are too few for all. The devices take turns.
std::vector<Slot> make_slots(int jobs, int threads, std::span<const int> cores, std::span<const std::string> devices);

// The devices of "cuda:0,cuda:1". Throws ConfigError for an empty name.
std::vector<std::string> parse_devices(std::string_view list);

// As many trials side by side as there is room for: one a device where several are named, else one for every `threads`
// of the cores.
int default_jobs(int threads, std::size_t cores, std::size_t devices);

// The cores on which this process may run, ascending; empty if the kernel does not tell.
std::vector<int> allowed_cores();

}  // namespace nero_bench
