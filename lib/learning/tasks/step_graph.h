#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "learning/data/image_split.h"
#include "learning/metrics/measurement.h"
#include "learning/tasks/device_graph.h"
#include "learning/tasks/task.h"

namespace nero_bench {

// What an optimiser is told to do where a training step has come to it: &Optimiser::step or &Optimiser::capture_step.
using StepOptimiser = void (Optimiser::*)();

// All of a training step that is the same for every batch of one shape: from the batch to new weights, in operations on
// the device alone, whose results it does not wait for.
using Learn = std::function<Measurements(const Examples& batch, const at::Generator& dropout, StepOptimiser step)>;

// Makes training steps by replaying one that was recorded (DeviceGraph): the host then enqueues a step by one call
// instead of by hundreds. Steps are made operation by operation until all optimisers can be captured, and ever after
// where they cannot within 100 steps or recording fails. The results are to be the same, bit for bit, because the
// device does the same.
class StepGraph {
 public:
  // `warn` hears why no step will be replayed.
  StepGraph(at::Device device, const MakeDeviceGraph& make_graph, std::function<void(const std::string&)> warn);

  // All batches are of one shape, and all calls with the same optimisers and an equal `learn`. Batches of other shapes
  // may be learnt from in between without this. A batch is only read, and the measurements are the caller's.
  Measurements step(const Examples& batch, std::uint64_t dropout_seed, Optimisers& optimisers, const Learn& learn);

 private:
  // Where the recorded step finds its batch and leaves its results.
  struct Recorded {
    Examples batch;
    std::vector<at::Tensor> gradients;  // of every parameter of every optimiser
    Measurements measured;
  };

  void try_to_record(const Examples& batch, Optimisers& optimisers, const Learn& learn);
  void record(const Examples& batch, Optimisers& optimisers, const Learn& learn);
  Measurements replay(const Examples& batch, std::uint64_t dropout_seed, Optimisers& optimisers);
  void give_up(const std::string& reason);

  at::Device device_;
  std::function<void(const std::string&)> warn_;
  std::int64_t steps_ = 0;              // made while the graph waited to be recorded
  at::Generator dropout_;               // of the recorded step
  std::unique_ptr<DeviceGraph> graph_;  // null once it was given up
  std::optional<Recorded> recorded_;
};

}  // namespace nero_bench
