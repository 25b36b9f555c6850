#include "harness/execution/trial_warnings.h"

#include <fmt/format.h>

#include "base/log.h"

namespace nero_bench {

void TrialWarnings::tell(const std::string& trial, const std::string& words) {
  if (!words.empty() && told_.insert(words).second) log_warning(fmt::format("{}: {}", trial, words));
}

}  // namespace nero_bench
