#include "simulation/simulate_check.h"

#include <cmath>
#include <limits>
#include <numbers>
#include <random>

#include "base/random_streams.h"
#include "base/statistics.h"
#include "harness/analysis/findings.h"

namespace nero_bench {
namespace {

double uniform(std::mt19937_64& generator) { return (static_cast<double>(generator() >> 11) + 0.5) * 0x1p-53; }

// Box and Muller's: std::normal_distribution differs between standard libraries.
double normal(std::mt19937_64& generator) {
  const double radius = std::sqrt(-2 * std::log(uniform(generator)));
  return radius * std::cos(2 * std::numbers::pi * uniform(generator));
}

// A gamma distribution of shape 4, mirrored and brought to mean 0 and deviation 1: its skewness is −1.
double skewed(std::mt19937_64& generator) {
  double gamma = 0;
  for (int i = 0; i < 4; ++i) gamma -= std::log(uniform(generator));
  return (4 - gamma) / 2;
}

class Source {
 public:
  explicit Source(const Simulation& simulation) : simulation_(simulation), generator_(simulation.seed) {}

  double deviation() const { return simulation_.values.empty() ? 1 : standard_deviation(simulation_.values); }

  bool happens(double chance) { return chance > 0 && uniform(generator_) < chance; }

  std::vector<double> draw(std::int64_t count) {
    std::vector<double> drawn;
    if (simulation_.values.empty()) {
      while (static_cast<std::int64_t>(drawn.size()) < count)
        drawn.push_back(simulation_.skewed ? skewed(generator_) : normal(generator_));
      return drawn;
    }
    const auto order = RandomStreams(simulation_.seed)
                           .permutation(static_cast<std::int64_t>(simulation_.values.size()), "draw", next_++);
    for (std::int64_t i = 0; i < count; ++i)
      drawn.push_back(simulation_.values[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])]);
    return drawn;
  }

 private:
  const Simulation& simulation_;
  std::mt19937_64 generator_;
  std::uint64_t next_ = 0;
};

Finding drawn_finding(const Simulation& simulation, Source& source, double drop, double alpha) {
  const auto all = source.draw(simulation.seeds + simulation.reference_seeds);
  const auto end_of_ours = all.begin() + simulation.seeds;
  std::map<std::int64_t, double> ours;
  for (std::int64_t i = 0; i < simulation.seeds; ++i) {
    const bool diverges = source.happens(simulation.divergence);
    ours[i] = diverges ? -std::numeric_limits<double>::infinity() : all[static_cast<std::size_t>(i)] - drop;
  }
  ReferenceNumber number;
  number.better = Direction::kLargerIsBetter;
  number.seen = {sample_of(std::vector<double>(end_of_ours, all.end())), SpreadKind::kStandardDeviation};
  number.margin = simulation.margin * source.deviation();
  return measure(number, ours, alpha);
}

}  // namespace

Rates simulate(const Simulation& simulation) {
  constexpr double kAlpha = 0.05;
  Source source(simulation);
  std::int64_t alarms = 0;
  std::int64_t found = 0;
  std::int64_t reproduced = 0;
  for (std::int64_t draw = 0; draw < simulation.draws; ++draw) {
    std::vector<Finding> findings;
    for (std::int64_t i = 0; i < simulation.numbers; ++i) {
      const double drop = i < simulation.lowered ? simulation.drop * source.deviation() : 0;
      findings.push_back(drawn_finding(simulation, source, drop, kAlpha));
    }
    settle(findings, kAlpha);
    bool alarm = false;
    for (std::int64_t i = 0; i < simulation.numbers; ++i) {
      const auto verdict = findings[static_cast<std::size_t>(i)].verdict;
      alarm = alarm || verdict == Verdict::kWorse;
      if (i < simulation.lowered && verdict == Verdict::kWorse) ++found;
      if (i >= simulation.lowered && verdict == Verdict::kReproduced) ++reproduced;
    }
    if (alarm) ++alarms;
  }
  const auto share = [&](std::int64_t count, std::int64_t numbers) {
    const auto all = simulation.draws * numbers;
    return all == 0 ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(count) / static_cast<double>(all);
  };
  return {share(alarms, 1), share(found, simulation.lowered),
          share(reproduced, simulation.numbers - simulation.lowered)};
}

}  // namespace nero_bench
