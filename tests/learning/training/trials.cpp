#include "learning/training/trials.h"

#include "base/errors.h"
#include "learning/training/environment.h"

namespace nero_bench {

TrialSpec small_spec() {
  TrialSpec spec;
  spec.task = {{"name", "image_classification"},
               {"batch_size", 16},
               {"data", {{"name", "synthetic"}, {"side", 6}, {"train_samples", 40}, {"test_samples", 30}}},
               {"model", {{"name", "mlp"}, {"depth", 3}, {"width", 12}}}};
  spec.optimiser = {{"name", "sgd"}};
  spec.schedule = {{"name", "constant"}};
  spec.budget.epochs = 2;
  spec.learning_rate = 0.01;
  spec.labels = {"test", "synthetic", "sgd"};
  return spec;
}

TrialSpec with_optimiser(TrialSpec spec, const Json& optimiser) {
  spec.optimiser = optimiser;
  return spec;
}

TrialSpec with_task(TrialSpec spec, const std::string& pointer, const Json& value) {
  spec.task[Json::json_pointer(pointer)] = value;
  return spec;
}

TrialRecord run(const TrialSpec& spec, const TrialMonitor& monitor) {
  const auto device = open_device("cpu");
  fix_arithmetic(1);
  return run_trial(prepare_trial(spec), {}, *device, monitor);
}

std::string complaint_about(const TrialSpec& spec, const SpecOrigin& origin) {
  try {
    prepare_trial(spec, origin);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

}  // namespace nero_bench
