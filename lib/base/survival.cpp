#include "base/survival.h"

#include <algorithm>
#include <limits>

namespace nero_bench {

std::vector<SurvivalStep> kaplan_meier(std::span<const Duration> durations) {
  std::vector<Duration> sorted(durations.begin(), durations.end());
  std::sort(sorted.begin(), sorted.end(), [](const Duration& a, const Duration& b) { return a.time < b.time; });
  std::vector<SurvivalStep> steps;
  double survival = 1;
  for (std::size_t i = 0; i < sorted.size();) {
    const auto at_risk = static_cast<double>(sorted.size() - i);
    const double time = sorted[i].time;
    double events = 0;
    for (; i < sorted.size() && sorted[i].time == time; ++i) events += sorted[i].happened ? 1 : 0;
    if (events == 0) continue;
    survival *= (at_risk - events) / at_risk;
    steps.push_back({time, survival});
  }
  return steps;
}

double median_survival(std::span<const SurvivalStep> steps) {
  const auto half =
      std::find_if(steps.begin(), steps.end(), [](const SurvivalStep& step) { return step.survival <= 0.5; });
  return half == steps.end() ? std::numeric_limits<double>::infinity() : half->time;
}

double restricted_mean(std::span<const SurvivalStep> steps, double horizon) {
  double area = 0;
  double from = 0;
  double survival = 1;
  for (const auto& step : steps) {
    if (step.time >= horizon) break;
    area += survival * (step.time - from);
    from = step.time;
    survival = step.survival;
  }
  return area + survival * (horizon - from);
}

}  // namespace nero_bench
