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
// rest of the step's options, and a step count for each item, advanced by the kernel itself. A step that was made once
// before can therefore be captured in a CUDA graph and replayed with another rate. All calls are for one stream.
template <class Tensor, class Step>
class DeviceStep {
 public:
  DeviceStep();
  ~DeviceStep();

  // Enqueues one step on the stream and returns. All pointers of the tensors are to device memory. Throws
  // std::runtime_error with CUDA's reason, std::bad_alloc where the GPU has no memory left, and std::logic_error in
  // programs without the kernels, or where a step is captured for which something would have to be sent.
  void operator()(std::span<const Tensor> tensors, const Step& step, Stream stream);

  // To be called once for each replay of a captured step, whose tensors' own counts the caller advances, too.
  void replayed();

  // Sends the options, such as a new rate, that later steps, replayed ones too, are to use.
  void set(const Step& step, Stream stream);

 private:
  class Table;
  std::vector<std::unique_ptr<Table>> tables_;  // one for each set of tensors that was stepped together
};

}  // namespace nero_bench
