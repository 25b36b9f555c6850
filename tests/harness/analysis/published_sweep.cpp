#include "harness/analysis/published_sweep.h"

#include <map>
#include <stdexcept>

#include "harness/experiment/cells.h"

namespace nero_bench {
namespace {

const std::string kSources = NERO_BENCH_SOURCE_DIR;

// What every record of MNIST must say of itself: 1135 of the 10,000 test images show a one, the most frequent digit;
// the untrained network guesses one class in ten.
const Metrics kInitial{{"trivial.test.accuracy", 0.1135}, {"test.accuracy", 0.1}};

TrialRecord record_of_run(const TrialSpec& spec, const Json& run) {
  auto record = record_of(spec, TrialStatus::kCompleted, run.at("test_accuracy").get<double>());
  record.curve.clear();
  for (const auto& accuracy : run.at("train_accuracy")) {
    const auto epoch = static_cast<std::int64_t>(record.curve.size() + 1);
    record.curve.push_back(
        {epoch, 240 * epoch, spec.learning_rate, {{"train.running_accuracy", accuracy.get<double>()}}});
  }
  record.curve.back().metrics["test.accuracy"] = run.at("test_accuracy");
  record.final_metrics = record.curve.back().metrics;
  record.initial = kInitial;
  record.steps = record.curve.back().step;
  return record;
}

const Cell& cell_named(const std::vector<Cell>& cells, const std::string& optimiser) {
  for (const auto& cell : cells) {
    if (cell.optimiser == optimiser) return cell;
  }
  throw std::logic_error("no optimiser " + optimiser);
}

}  // namespace

PublishedSweep published_deep_mlp() {
  Json json = load_json(kSources + "/configs/fig3_right_deep_mlp.json");
  json["protocol"]["select"] = {{"metric", "accuracy"}, {"split", "test"}, {"rule", "final"}};
  PublishedSweep sweep{parsed(json), {}};
  const auto cells = expand(sweep.config);
  std::map<std::string, TrialRecord> records;  // the same run stands in the search and in the repeats
  const auto published = load_json(kSources + "/results/published/mnist_100_layer.json");
  for (const auto& run : published.at("runs")) {
    const Candidate candidate{run.at("lr").get<double>(), {}};
    const auto spec = cell_named(cells, run.at("optimiser")).trial(candidate, run.at("seed"));
    records[trial_id(spec)] = record_of_run(spec, run);
  }
  for (auto& [id, record] : records) sweep.records.push_back(std::move(record));
  return sweep;
}

}  // namespace nero_bench
