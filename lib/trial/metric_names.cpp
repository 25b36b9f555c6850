#include "trial/metric_names.h"

namespace nero_bench {

std::optional<Direction> direction_of(std::string_view metric) {
  const auto name = metric.substr(metric.find('.') == std::string_view::npos ? 0 : metric.find('.') + 1);
  if (name == metric::kAccuracy || name == metric::kRunningAccuracy) return Direction::kLargerIsBetter;
  if (name == metric::kLoss || name == metric::kRunningLoss) return Direction::kSmallerIsBetter;
  return std::nullopt;
}

double perfect_score(std::string_view metric) { return direction_of(metric) == Direction::kLargerIsBetter ? 1 : 0; }

std::string without_running(std::string_view metric) {
  constexpr std::string_view kRunning = "running_";
  std::string name(metric);
  const auto place = name.find(kRunning);
  return place == std::string::npos ? name : name.erase(place, kRunning.size());
}

const std::vector<std::string>& metric_names() {
  static const std::vector<std::string> names{std::string(metric::kAccuracy), std::string(metric::kLoss),
                                              std::string(metric::kRunningAccuracy), std::string(metric::kRunningLoss)};
  return names;
}

}  // namespace nero_bench
