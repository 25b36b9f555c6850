#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "learning/tensors/named_tensors.h"

namespace nero_bench {

// A number that an optimiser keeps on the host: a step count, Madam's bound. Not device memory, but part of a
// checkpoint.
struct NamedScalar {
  std::string name;
  double* value;
};

// All that an optimiser remembers between steps. The tensors share storage with the optimiser's own: writing into them
// restores a state.
struct OptimiserState {
  NamedTensors tensors;
  std::vector<NamedScalar> scalars;
};

// Updates a set of leaf tensors from their gradients. A tensor whose gradient is undefined is skipped entirely: no
// update, no projection, its own step count stands still.
class Optimiser {
 public:
  explicit Optimiser(NamedTensors parameters) : parameters_(std::move(parameters)) {}
  virtual ~Optimiser() = default;
  Optimiser(const Optimiser&) = delete;
  Optimiser& operator=(const Optimiser&) = delete;

  virtual void step() = 0;
  virtual OptimiserState state() = 0;

  // The halves of a step that is part of a CUDA graph (tasks/step_graph.h): capture_step() enqueues what the device
  // does, on a stream that is being captured, and leaves the host as it was; prepare_replay() does, before every
  // replay, what the host does: it counts, and sends the rate. Both go by the gradients that the parameters have when
  // it is called. Throw std::logic_error unless can_capture(), which is after a step that a GPU made wholly by our
  // kernels.
  virtual bool can_capture() const { return false; }
  virtual void capture_step();
  virtual void prepare_replay();

  // Device bytes of state() by the closed form of the paper's memory table; allocated at construction, all of it.
  virtual std::int64_t expected_state_bytes() const = 0;

  // Counts worth recording, such as Nero's rows that cannot be projected.
  virtual std::map<std::string, std::int64_t> notes() const { return {}; }

  virtual void set_learning_rate(double rate) { learning_rate_ = rate; }
  void zero_grad();  // gradients become undefined
  const NamedTensors& parameters() const { return parameters_; }

 protected:
  NamedTensors parameters_;
  double learning_rate_ = 0;
};

using BuildOptimiser = std::function<std::unique_ptr<Optimiser>(NamedTensors parameters)>;

}  // namespace nero_bench
