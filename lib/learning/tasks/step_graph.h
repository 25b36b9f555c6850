#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

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
// where they cannot within 100 steps or recording fails. The results are the same, bit for bit, because the device does
// the same.
class StepGraph {
 public:
  using MakeGraph = std::function<std::unique_ptr<DeviceGraph>(at::Device, const at::Generator&)>;

  // `warn` hears why no step will be replayed.
  StepGraph(at::Device device, std::function<void(const std::string&)> warn, MakeGraph make_graph = make_device_graph);

  // All batches are of one shape, and all calls with the same optimisers and an equal `learn`. Batches of other shapes
  // may be learnt from in between without this. The measurements are the caller's.
  Measurements step(const Examples& batch, std::uint64_t dropout_seed, Optimisers& optimisers, const Learn& learn);

 private:
  void try_to_record(const Examples& batch, Optimisers& optimisers, const Learn& learn);
  void record(const Examples& batch, Optimisers& optimisers, const Learn& learn);
  Measurements replay(const Examples& batch, std::uint64_t dropout_seed, Optimisers& optimisers);
  void give_up(const std::string& reason);

  // Where the recorded step finds its batch and leaves its results.
  struct Recorded {
    std::unique_ptr<DeviceGraph> graph;
    at::Generator dropout;
    Examples batch;
    std::vector<at::Tensor> gradients;  // of every parameter of every optimiser
    Measurements measured;
  };

  at::Device device_;
  std::function<void(const std::string&)> warn_;
  MakeGraph make_graph_;
  bool given_up_ = false;
  std::int64_t steps_ = 0;
  std::unique_ptr<Recorded> recorded_;
};

}  // namespace nero_bench
