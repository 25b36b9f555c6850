#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/json.h"

namespace nero_bench {

// A process, told from every other one on any machine and before or after any restart.
struct Holder {
  std::string host;
  std::string machine_id;     // of its installed system; empty if unknown
  std::string boot_id;        // of the running system; empty if unknown
  std::string pid_namespace;  // containers of one host have several
  std::int64_t pid = 0;
  std::uint64_t start_time = 0;  // clock ticks since boot: a process id alone may have been given again

  bool operator==(const Holder&) const = default;
};

Holder this_process();

// Whether `me` can know for certain that `other` no longer runs: it was a process of this host, and of an earlier boot
// or gone. False for a process of another host or container, however dead; that two hosts have one name, such as
// localhost, does not make them one.
bool is_provably_dead(const Holder& other, const Holder& me);

Json to_json(const Holder& holder);
std::optional<Holder> parse_holder(const Json& json);  // nothing for anything else

}  // namespace nero_bench
