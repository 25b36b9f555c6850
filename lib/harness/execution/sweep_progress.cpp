#include "harness/execution/sweep_progress.h"

#include <algorithm>

namespace nero_bench {

void SweepProgress::update(const ProgressEvent& event, double now) {
  const auto [place, first] = running_.try_emplace(event.trial);
  auto& trial = place->second;
  if (!first && now > trial.told_at) {
    constexpr double kWeightOfLatest = 0.3;
    const double latest = static_cast<double>(event.step - trial.step) / (now - trial.told_at);
    const double before = trial.steps_per_second.value_or(latest);
    trial.steps_per_second = before + kWeightOfLatest * (latest - before);
  }
  trial.fraction = event.total_steps > 0 ? static_cast<double>(event.step) / static_cast<double>(event.total_steps) : 0;
  trial.step = event.step;
  trial.told_at = now;
}

void SweepProgress::finished(const std::string& trial) {
  running_.erase(trial);
  ++done_;
}

std::optional<double> SweepProgress::steps_per_second(const std::string& trial) const {
  const auto place = running_.find(trial);
  return place == running_.end() ? std::nullopt : place->second.steps_per_second;
}

std::optional<double> SweepProgress::remaining_seconds(double now) const {
  constexpr double kEnoughToJudge = 0.5;  // trials
  double work_done = static_cast<double>(done_);
  for (const auto& [id, trial] : running_) work_done += trial.fraction;
  if (work_done < kEnoughToJudge) return std::nullopt;
  const double work_left = std::max(0.0, static_cast<double>(total_) - work_done);
  return (now - start_) / work_done * work_left;
}

}  // namespace nero_bench
