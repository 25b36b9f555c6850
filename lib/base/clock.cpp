#include "base/clock.h"

#include <fmt/chrono.h>

#include <chrono>

namespace nero_bench {

std::string utc_now() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())));
}

}  // namespace nero_bench
