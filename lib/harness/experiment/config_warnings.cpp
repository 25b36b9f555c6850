#include "harness/experiment/config_warnings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.h"

namespace nero_bench {
namespace {

using Seeds = std::vector<std::int64_t>;

bool contains(const Seeds& seeds, std::int64_t seed) {
  return std::find(seeds.begin(), seeds.end(), seed) != seeds.end();
}

// As many as the repeat seeds, with new ones in place of those that are search seeds.
Seeds seeds_instead(const Protocol& protocol) {
  auto next = std::max(*std::max_element(protocol.search_seeds.begin(), protocol.search_seeds.end()),
                       *std::max_element(protocol.repeat_seeds.begin(), protocol.repeat_seeds.end()));
  Seeds seeds;
  for (const auto seed : protocol.repeat_seeds) {
    if (!contains(protocol.search_seeds, seed)) seeds.push_back(seed);
  }
  while (seeds.size() < protocol.repeat_seeds.size()) seeds.push_back(++next);
  return seeds;
}

}  // namespace

std::vector<std::int64_t> choosing_repeat_seeds(const ExperimentConfig& config) {
  const auto is_published = [](const OptimiserEntry& entry) { return entry.repeat_learning_rate.has_value(); };
  if (std::all_of(config.optimisers.begin(), config.optimisers.end(), is_published)) return {};
  Seeds shared;
  for (const auto seed : config.protocol.repeat_seeds) {
    if (contains(config.protocol.search_seeds, seed)) shared.push_back(seed);
  }
  return shared;
}

std::string seeds_text(const std::vector<std::int64_t>& seeds) {
  return (seeds.size() == 1 ? "seed " : "seeds ") + shortened(fmt::format("{}", fmt::join(seeds, ", ")), 40);
}

std::vector<std::string> warnings_about(const ExperimentConfig& config) {
  const auto shared = choosing_repeat_seeds(config);
  if (shared.empty()) return {};
  const auto instead = fmt::format("{}", fmt::join(seeds_instead(config.protocol), ", "));
  return {
      fmt::format("{}: at protocol.repeat_seeds: {} {} among protocol.search_seeds, too, so that repeats are partly "
                  "the scores by which their rate was chosen, and flattered (analyse and report keep them apart); "
                  "repeat on other seeds, such as [{}]",
                  config.source, seeds_text(shared), shared.size() == 1 ? "is" : "are", shortened(instead, 80))};
}

}  // namespace nero_bench
