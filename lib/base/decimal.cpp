#include "base/decimal.h"

#include <fmt/format.h>

#include <cstdlib>

namespace nero_bench {

double rounded(double value, int digits) {
  return std::strtod(fmt::format("{:.{}e}", value, digits - 1).c_str(), nullptr);
}

}  // namespace nero_bench
