#include "harness/execution/trial_warnings.h"

#include <fmt/format.h>

#include <sstream>
#include <string_view>

#include "base/log.h"

namespace nero_bench {

void TrialWarnings::tell(const std::string& trial, const std::string& said) {
  constexpr std::string_view kPrefix = "warning: ";  // of the trial's own log
  std::istringstream lines(said);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(kPrefix)) line.erase(0, kPrefix.size());
    if (!line.empty() && told_.insert(line).second) log_warning(fmt::format("{}: {}", trial, line));
  }
}

}  // namespace nero_bench
