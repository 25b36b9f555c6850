#include "harness/analysis/over_tasks.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "base/statistics.h"

namespace nero_bench {
namespace {

// What tuning for each task gains, and what the default rate loses, is 0 on many tasks and much on a few: with fewer
// tasks intervals hold in well under 95 % (tests/statistics/coverage.cpp).
constexpr std::int64_t kFewestTasks = 100;

using Cells = std::vector<const CellAnalysis*>;

bool is_judged(const CellAnalysis& cell) {
  return !cell.is_design && cell.standing != Standing::kIncomplete && cell.standing != Standing::kNoReference;
}

double best_error(const CellAnalysis& cell) { return cell.best ? cell.curve[*cell.best].error : cell.untrained->error; }

// The lowest error that any optimiser reached, by task; only of tasks on which one learns.
std::map<std::string, double> best_by_task(std::span<const CellAnalysis> cells) {
  std::map<std::string, double> best;
  for (const auto& cell : cells) {
    if (!is_judged(cell) || cell.standing != Standing::kLearns) continue;
    const auto [place, is_new] = best.emplace(cell.block, best_error(cell));
    if (!is_new) place->second = std::min(place->second, best_error(cell));
  }
  return best;
}

double share_of(double error, double trivial, double best) {
  return std::max(0.0, (trivial - error) / (trivial - best));
}

// Shares over the rates that every task tried, [tasks][rates].
struct SharedShares {
  std::vector<double> rates;
  std::vector<std::vector<double>> shares;
};

SharedShares shared_shares(const Cells& cells, const std::map<std::string, double>& best) {
  SharedShares result;
  for (const auto& point : cells.front()->curve) result.rates.push_back(point.learning_rate);
  for (const auto* cell : cells) {
    std::erase_if(result.rates, [&](double rate) {
      return std::none_of(cell->curve.begin(), cell->curve.end(),
                          [&](const RatePoint& point) { return point.learning_rate == rate; });
    });
  }
  for (const auto* cell : cells) {
    auto& row = result.shares.emplace_back();
    for (const auto& point : cell->curve) {
      if (std::find(result.rates.begin(), result.rates.end(), point.learning_rate) != result.rates.end())
        row.push_back(share_of(point.error, cell->trivial->error, best.at(cell->block)));
    }
  }
  return result;
}

void add_tuning_gain(OptimiserOverTasks& result, const Cells& cells, const std::map<std::string, double>& best,
                     double confidence) {
  const auto shared = shared_shares(cells, best);
  if (shared.rates.empty()) return;
  result.tuning_gain = estimated_gain(shared.shares, confidence);
  std::vector<std::size_t> all(shared.shares.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  result.cross_task_rate = shared.rates[tuning_gain(shared.shares, all).common_rate];
}

// Regrets of the tasks on which the default rate was run.
void add_default_regret(OptimiserOverTasks& result, const Cells& cells, const std::map<std::string, double>& best,
                        double confidence) {
  std::vector<double> regrets;
  for (const auto* cell : cells) {
    if (cell->default_rate)
      regrets.push_back(cell->default_rate->regret / (cell->trivial->error - best.at(cell->block)));
  }
  if (!regrets.empty()) result.default_regret = estimated_regret(regrets, confidence);
}

OptimiserOverTasks over_tasks_of(const Cells& cells, const std::map<std::string, double>& best,
                                 const AnalysisOptions& options) {
  OptimiserOverTasks result;
  result.line = cells.front()->line;
  result.tasks = static_cast<std::int64_t>(cells.size());
  std::vector<double> shares;
  std::vector<double> ratios;
  for (const auto* cell : cells) {
    const bool learns = cell->standing == Standing::kLearns;
    result.learnt += learns ? 1 : 0;
    const double lowest = best.at(cell->block);
    shares.push_back(learns ? share_of(best_error(*cell), cell->trivial->error, lowest) : 0);
    const double ratio = best_error(*cell) == lowest ? 1 : best_error(*cell) / lowest;  // also of two perfect ones
    ratios.push_back(learns ? ratio : std::numeric_limits<double>::infinity());
  }
  result.per_task_tuned = mean(shares);
  result.profile = performance_profile(ratios);
  result.profile_area = profile_area(ratios, options.furthest_ratio);
  if (result.learnt == 0) return result;
  add_tuning_gain(result, cells, best, options.confidence);
  add_default_regret(result, cells, best, options.confidence);
  return result;
}

}  // namespace

std::vector<ProfileStep> performance_profile(std::vector<double> ratios) {
  std::sort(ratios.begin(), ratios.end());
  std::vector<ProfileStep> profile;
  for (std::size_t i = 0; i < ratios.size() && std::isfinite(ratios[i]); ++i) {
    const double share = static_cast<double>(i + 1) / static_cast<double>(ratios.size());
    if (!profile.empty() && profile.back().ratio == ratios[i]) profile.pop_back();
    profile.push_back({ratios[i], share});
  }
  return profile;
}

double profile_area(std::span<const double> ratios, double furthest) {
  double area = 0;
  for (const double ratio : ratios) area += std::max(0.0, furthest - ratio);
  return area / (static_cast<double>(ratios.size()) * (furthest - 1));
}

TuningGain tuning_gain(const std::vector<std::vector<double>>& shares, std::span<const std::size_t> tasks) {
  TuningGain result;
  std::vector<double> by_rate(shares.front().size());
  for (const auto task : tasks) {
    result.per_task += maximum(shares[task]) / static_cast<double>(tasks.size());
    for (std::size_t rate = 0; rate < by_rate.size(); ++rate)
      by_rate[rate] += shares[task][rate] / static_cast<double>(tasks.size());
  }
  const auto common = std::max_element(by_rate.begin(), by_rate.end());
  result.common_rate = static_cast<std::size_t>(common - by_rate.begin());
  result.gain = result.per_task - *common;
  return result;
}

Estimate estimated_gain(const std::vector<std::vector<double>>& shares, double confidence) {
  const auto gain_of = [&](std::span<const std::size_t> tasks) { return tuning_gain(shares, tasks).gain; };
  return bootstrap_of_positive(shares.size(), gain_of, {.confidence = confidence, .fewest = kFewestTasks});
}

Estimate estimated_regret(std::span<const double> regrets, double confidence) {
  return mean_estimate(regrets, {.confidence = confidence, .fewest = kFewestTasks});
}

std::vector<OptimiserOverTasks> over_tasks(std::span<const CellAnalysis> cells, const AnalysisOptions& options) {
  const auto best = best_by_task(cells);
  std::vector<std::pair<std::string, Cells>> lines;  // in the order of the cells
  for (const auto& cell : cells) {
    if (!is_judged(cell) || !best.contains(cell.block)) continue;
    const auto same = [&](const auto& line) { return line.first == cell.line; };
    auto place = std::find_if(lines.begin(), lines.end(), same);
    if (place == lines.end()) place = lines.insert(lines.end(), {cell.line, {}});
    place->second.push_back(&cell);
  }
  std::vector<OptimiserOverTasks> result;
  for (const auto& [name, of_line] : lines) {
    if (of_line.size() >= 2) result.push_back(over_tasks_of(of_line, best, options));
  }
  return result;
}

}  // namespace nero_bench
