#include "trial/metric_names.h"

namespace nero_bench {

std::optional<Direction> direction_of(std::string_view metric) {
  const auto name = metric.substr(metric.find('.') == std::string_view::npos ? 0 : metric.find('.') + 1);
  if (name == metric::kAccuracy || name == metric::kRunningAccuracy) return Direction::kLargerIsBetter;
  if (name == metric::kLoss || name == metric::kRunningLoss) return Direction::kSmallerIsBetter;
  return std::nullopt;
}

}  // namespace nero_bench
