// Writes what the harness writes, for test_schemas.py: a record of every status and two configs as understood. usage:
// write_samples FOLDER
#include <filesystem>
#include <iostream>
#include <limits>

#include "base/files.h"
#include "harness/experiment/plan.h"
#include "harness/fixtures.h"

namespace nero_bench {
namespace {

void write(const std::filesystem::path& file, const Json& json) { write_atomically(file, json.dump(2), true); }

TrialRecord full_record(const TrialSpec& spec, TrialStatus status) {
  auto record = record_of(spec, status, 0.1 + 0.2);
  record.reason = status == TrialStatus::kCompleted ? "" : "it ended “early”";
  record.final_metrics["test.loss"] = std::numeric_limits<double>::quiet_NaN();
  record.initial["signal.spread"] = 1e-20;
  record.step_curves["train.loss"] = {2.5, 1e300, -std::numeric_limits<double>::infinity()};
  return record;
}

void write_samples(const std::filesystem::path& folder) {
  auto json = small_config();
  json["axes"] = {{"task.model.depth", {5, 20}}};
  json["optimisers"][0]["axes"] = {{"optimiser.beta1", {0.8, 0.9}}};
  json["optimisers"][0]["roles"] = {{"generator", {{"beta1", 0}}}};
  json["optimisers"][1]["repeat_learning_rate"] = 0.05;
  json["optimisers"][1]["default_learning_rate"] = 0.1;
  json["protocol"] = {{"repeat_seeds", {1, 2}}};
  json["slurm"] = {{"partition", "gpu"}, {"tasks", 4}, {"sbatch", {"--account=x"}}};
  const auto config = parsed(json);
  write(folder / "config.json", to_json(config));
  auto search = listed_search_config();
  search["optimisers"][0]["search"] = Json::parse(R"({"names": {"momentum": null}, "space": {
    "learning_rate": {"min": 0.1, "max": 1, "scaling": "log"}, "momentum": {"feasible_points": [0.5]}}})");
  write(folder / "config-search.json", to_json(parsed(search)));
  const auto trials = plan_trials(config, {});
  for (const auto status : {TrialStatus::kCompleted, TrialStatus::kDiverged, TrialStatus::kTimedOut,
                            TrialStatus::kOutOfMemory, TrialStatus::kFailed, TrialStatus::kInterrupted}) {
    write(folder / ("record-" + to_string(status) + ".json"), to_json(full_record(trials.front(), status)));
  }
  // A trial that died before it could say anything.
  TrialRecord bare;
  bare.spec = trials.back();
  write(folder / "record-bare.json", to_json(bare));
}

}  // namespace
}  // namespace nero_bench

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: write_samples FOLDER\n";
    return 2;
  }
  nero_bench::write_samples(argv[1]);
  return 0;
}
