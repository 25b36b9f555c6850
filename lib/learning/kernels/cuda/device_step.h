#pragma once
#include <memory>
#include <span>
#include <vector>

#include "learning/kernels/cuda/stream.h"
#include "learning/kernels/step_kernels.h"

namespace nero_bench {

// Whether this program has the kernels for NVIDIA GPUs. Two definitions: the .cu files of this folder are linked into
// programs with CUDA, no_device_step.cpp into all others.
bool has_device_steps();

// One optimiser's steps on the current GPU: one launch a step for all tensors (two for LAMB). What a launch needs lies
// in device memory: the tensors and work items, sent again only when something about them changed, the rate with the
// rest of the step's options, and a step count for each item, advanced by the kernel itself. The launch of a step that
// was made once before can therefore be captured in a CUDA graph and replayed for other tensors of the same shapes
// (such as gradients at other addresses) and with another rate. All calls are for one stream, but for capture().
//
// All throw std::runtime_error with CUDA's reason, std::bad_alloc where the GPU has no memory left, and
// std::logic_error in programs without the kernels.
template <class Tensor, class Step>
class DeviceStep {
 public:
  DeviceStep();
  ~DeviceStep();

  // Enqueues one step on the stream and returns. All pointers of the tensors are to device memory.
  void operator()(std::span<const Tensor> tensors, const Step& step, Stream stream);

  // Enqueues the launch alone, on a stream that is being captured. Throws std::logic_error unless these tensors, by
  // their weights and shapes, were stepped before.
  void capture(std::span<const Tensor> tensors, Stream stream);

  // Before each replay of what was captured: sends what has changed and counts the step.
  void prepare_replay(std::span<const Tensor> tensors, const Step& step, Stream stream);

 private:
  class Table;
  Table& table_of(std::span<const Tensor> tensors);

  std::vector<std::unique_ptr<Table>> tables_;  // one for each set of tensors that was stepped together
};

}  // namespace nero_bench
