#include "trial/metric_names.h"

#include <array>
#include <utility>

namespace nero_bench {
namespace {

constexpr std::array<std::pair<std::string_view, Direction>, 6> kDirections{
    {{metric::kAccuracy, Direction::kLargerIsBetter},
     {metric::kLoss, Direction::kSmallerIsBetter},
     {metric::kTop5Accuracy, Direction::kLargerIsBetter},
     {metric::kRunningAccuracy, Direction::kLargerIsBetter},
     {metric::kRunningLoss, Direction::kSmallerIsBetter},
     {metric::kRunningTop5Accuracy, Direction::kLargerIsBetter}}};

}  // namespace

std::optional<Direction> direction_of(std::string_view metric) {
  const auto name = metric.substr(metric.find('.') == std::string_view::npos ? 0 : metric.find('.') + 1);
  for (const auto& [known, direction] : kDirections) {
    if (known == name) return direction;
  }
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
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const auto& [name, direction] : kDirections) list.emplace_back(name);
    return list;
  }();
  return names;
}

}  // namespace nero_bench
