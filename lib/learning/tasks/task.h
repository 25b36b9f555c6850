#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/registry.h"
#include "base/stop_signal.h"
#include "learning/data/data_set.h"
#include "learning/metrics/measurement.h"
#include "learning/optimisers/optimiser.h"
#include "learning/tasks/device_graph.h"
#include "learning/tensors/named_tensors.h"
#include "trial/precision.h"

namespace nero_bench {

// kTrain is the training split as training sees it, augmented where the data set has it so; kTrainClean the same images
// as they are. kValidation is what was held out of it, where TaskPlan::has_validation.
enum class Split { kTrain, kTrainClean, kValidation, kTest };

// One player of a task, which gets an optimiser of its own: "model"; later "generator" and "discriminator", "policy".
struct ParameterSet {
  std::string role;
  NamedTensors parameters;
  NamedTensors buffers = {};  // what steps change besides: the running statistics of batch normalisation
};

// In the order of Task::parameter_sets().
using Optimisers = std::vector<std::unique_ptr<Optimiser>>;

// What is trained and on what. The task owns what a step *is*; rate, budget, divergence, cadence and timing belong to
// training.
class Task {
 public:
  virtual ~Task() = default;
  virtual std::vector<ParameterSet> parameter_sets() = 0;
  virtual std::int64_t steps_per_epoch() const = 0;

  // Step number `step` of the run, from 0: which batch that is, is a function of the seed and this number alone.
  virtual Measurements train_step(std::int64_t step, Optimisers& optimisers) = 0;

  // After `steps` steps of the run; what is random about it is a function of the seed and this number alone. Throws
  // StopRequested where TaskSetting::stop_requested says so.
  virtual Measurements evaluate(Split split, std::int64_t steps) = 0;

  // Measurements of the untrained task, taken after the optimisers were built (Nero projects the weights then); changes
  // nothing.
  virtual std::vector<std::pair<std::string, double>> initial_measurements() = 0;
};

// What a task is built for.
struct TaskSetting {
  DataLocations data;
  std::uint64_t seed = 0;
  at::Device device = at::kCPU;
  std::function<bool()> stop_requested = [] { return false; };  // asked between the batches of an evaluation
  MakeDeviceGraph make_graph = nullptr;  // with it, training steps are recorded and replayed (step_graph.h)
  std::function<void(const std::string&)> warn = [](const std::string&) {};
};

struct TaskPlan {
  std::vector<std::string> roles;  // of its parameter sets, in order
  std::function<std::unique_ptr<Task>(const TaskSetting&)> build;
  std::function<std::int64_t(const DataLocations&)> steps_per_epoch;  // without building it
  bool has_validation = false;                                        // evaluates Split::kValidation, too
  Precision precision = Precision::kFloat32;
};

const Registry<TaskPlan>& tasks();

// Reads a task and all its options.
TaskPlan parse_task(JsonReader& json);

}  // namespace nero_bench
