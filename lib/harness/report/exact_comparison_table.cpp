#include "harness/report/exact_comparison_table.h"

#include <fmt/format.h>

#include "base/text.h"
#include "harness/report/columns.h"

namespace nero_bench {
namespace {

constexpr std::size_t kLongestValue = 60;

std::string side(const std::string& value) {
  return value.empty() ? "nothing" : one_line(shortened(value, kLongestValue));
}

std::string lines_of(const Difference& difference) {
  if (difference.path.empty()) {
    return fmt::format("{}\n  only on the {} side\n", one_line(difference.id),
                       difference.left.empty() ? "right" : "left");
  }
  return fmt::format("{}\n  at {}\n    left   {}\n    right  {}\n", one_line(difference.id), one_line(difference.path),
                     side(difference.left), side(difference.right));
}

}  // namespace

std::string exact_comparison_table(std::span<const Difference> differences, std::size_t left_count,
                                   std::size_t right_count) {
  if (differences.empty()) {
    return fmt::format("{} records, equal but for timings, dates and process memory\n", left_count);
  }
  std::string text;
  for (const auto& difference : differences) text += lines_of(difference);
  return text + fmt::format("{} of the trials differ ({} records left, {} right)\n", differences.size(), left_count,
                            right_count);
}

}  // namespace nero_bench
