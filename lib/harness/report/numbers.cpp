#include "harness/report/numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/text.h"

namespace nero_bench {
namespace {

// "1e-04" → "1e-4".
std::string without_padding(std::string text) {
  const auto e = text.find('e');
  if (e == std::string::npos) return text;
  auto first = e + 1;
  if (text[first] == '+') {
    text.erase(first, 1);
  } else {
    ++first;
  }
  while (first + 1 < text.size() && text[first] == '0') text.erase(first, 1);
  return text;
}

}  // namespace

std::string rate_text(double rate) {
  if (rate >= 1 && rate < 1e4) return format_number(rate);
  for (int digits = 0; digits < 17; ++digits) {
    const auto text = fmt::format("{:.{}e}", rate, digits);
    if (std::strtod(text.c_str(), nullptr) == rate) return without_padding(text);  // also of what is hardly a double
  }
  return format_number(rate);
}

std::string metric_text(double value, int digits) {
  const double size = std::abs(value);
  if (!std::isfinite(value)) return fmt::format("{}", value);
  if (size >= 1e5 || (size != 0 && size < 0.5 * std::pow(10, -digits)))
    return without_padding(fmt::format("{:.1e}", value));
  const int integer_digits = size < 10 ? 1 : static_cast<int>(std::log10(size)) + 1;
  auto text = fmt::format("{:.{}f}", value, std::max(0, digits + 1 - integer_digits));
  const auto zero = text.find("0.");
  if (zero != std::string::npos && zero == text.find_first_of("0123456789")) text.erase(zero, 1);
  return text;
}

std::string count_text(std::int64_t count) {
  auto text = std::to_string(count);
  for (auto i = static_cast<int>(text.size()) - 3; i > (count < 0 ? 1 : 0); i -= 3)
    text.insert(static_cast<std::size_t>(i), 1, ',');
  return text;
}

std::string bytes_text(std::int64_t bytes) {
  if (bytes < 100'000'000) return count_text(bytes);
  return bytes < 10'000'000'000 ? fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6)
                                : fmt::format("{:.1f} GB", static_cast<double>(bytes) / 1e9);
}

std::string milliseconds_text(double seconds) {
  const double value = seconds * 1e3;
  if (!std::isfinite(value)) return fmt::format("{}", value);
  return fmt::format("{:.{}f}", value, value < 1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0);
}

std::string interval_text(const Interval& interval, int digits) {
  return fmt::format("{} to {}", metric_text(interval.low, digits), metric_text(interval.high, digits));
}

std::string estimate_text(const Estimate& estimate, int digits) {
  if (!std::isfinite(estimate.value)) return "-";
  const auto value = metric_text(estimate.value, digits);
  return estimate.interval ? fmt::format("{} ({})", value, interval_text(*estimate.interval, digits)) : value + "†";
}

}  // namespace nero_bench
