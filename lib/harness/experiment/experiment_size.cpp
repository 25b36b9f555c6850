#include "harness/experiment/experiment_size.h"

namespace nero_bench {
namespace {

constexpr double kMostTrials = 100'000;
constexpr double kMostCells = 10'000;  // each is checked before anything runs, in about a second for all
constexpr double kMostCellBytes = 2.5e8;

double count_combinations(const std::vector<Axis>& axes) {
  double count = 1;  // in floating point, so that no product overflows
  for (const auto& axis : axes) count *= static_cast<double>(axis.values.size());
  return count;
}

struct Size {
  double cells = 0;
  double trials = 0;
};

Size size_of(const ExperimentConfig& config) {
  const auto seeds = static_cast<double>(config.protocol.search_seeds.size());
  const auto repeats = static_cast<double>(config.protocol.repeat_seeds.size());
  const auto points = static_cast<double>(config.points.size());
  const auto searched = config.search ? static_cast<double>(config.search->points * config.search->studies) : 0;
  if (points > 0) return {points, points * (seeds + repeats)};
  const double shared = count_combinations(config.axes) * static_cast<double>(config.tasks.size());
  Size size;
  for (const auto& optimiser : config.optimisers) {
    const auto& rates = optimiser.learning_rates.empty() ? config.learning_rates : optimiser.learning_rates;
    const double cells = shared * count_combinations(optimiser.axes);
    if (config.search) {  // each point of a search has options of its own
      size.cells += cells * searched;
      size.trials += cells * (searched * seeds + static_cast<double>(config.search->studies) * repeats);
      continue;
    }
    size.cells += cells;
    size.trials += cells * (static_cast<double>(rates.size()) * seeds + repeats);
  }
  return size;
}

}  // namespace

void check_size(const JsonReader& json, const ExperimentConfig& config) {
  const auto size = size_of(config);
  if (size.trials > kMostTrials) {
    json.fail("optimisers", "at most 100000 trials",
              "the product of optimisers, axes, rates or points, and seeds is larger; split the experiment");
  }
  if (size.cells > kMostCells) {
    json.fail("optimisers", "at most 10000 combinations of optimisers, axes and points of a search",
              "split the experiment");
  }
  if (size.cells * static_cast<double>(to_json(config).dump().size()) > kMostCellBytes) {
    json.fail("optimisers", "a shorter file or fewer combinations",
              "the two together are too large; split the experiment");
  }
}

}  // namespace nero_bench
