#include "harness/report/table.h"

#include <gmock/gmock.h>

#include <limits>

#include "base/files.h"
#include "harness/experiment/cells.h"
#include "harness/fixtures.h"

namespace nero_bench {
namespace {

using ::testing::HasSubstr;

// Two depths, four optimisers; the balanced initialisation for all but nero. Accuracies by hand.
ExperimentConfig depth_config() {
  return parsed(Json::parse(R"({
    "name": "quickstart",
    "description": "Four optimisers over five learning rates on networks of depth 5 and 20.",
    "task": {"name": "image_classification", "model": {"name": "mlp"}},
    "budget": {"epochs": 6},
    "learning_rates": {"from": 1e-4, "to": 1},
    "axes": {"task.model.depth": [5, 20]},
    "optimisers": [
      {"name": "nero"},
      {"name": "lamb", "axes": {"task.model.init": ["default", "balanced"]}},
      {"name": "adam", "axes": {"task.model.init": ["default", "balanced"]}},
      {"name": "sgd", "axes": {"task.model.init": ["default", "balanced"]}}
    ]
  })"));
}

std::vector<TrialRecord> depth_records() {
  std::vector<TrialRecord> records;
  for (const auto& cell : expand(depth_config())) {
    for (const double rate : cell.learning_rates) {
      const bool diverges = cell.common.optimiser.at("name") == "sgd" && rate == 1;
      records.push_back(record_of(cell.trial(rate, 0), diverges ? TrialStatus::kDiverged : TrialStatus::kCompleted,
                                  0.8 - 0.1 * std::abs(std::log10(rate) + 2)));
    }
  }
  return records;
}

TEST(SummaryTable, Look) {
  const auto records = depth_records();
  std::cout << summary_table(summarise(depth_config(), records));
}

}  // namespace
}  // namespace nero_bench
