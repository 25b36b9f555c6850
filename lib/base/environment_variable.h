#pragma once
#include <cstdlib>

namespace nero_bench {

// The value of an environment variable, null where it is unset or empty.
inline const char* environment_variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : nullptr;
}

}  // namespace nero_bench
