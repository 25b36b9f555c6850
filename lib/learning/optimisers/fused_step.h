#pragma once
#include <ATen/core/Tensor.h>

#include <vector>

#include "learning/kernels/cuda/device_step.h"
#include "learning/kernels/step_kernels.h"
#include "learning/tensors/stream.h"

namespace nero_bench {

// Between tensors and kernels: which tensors these can take, what they look like to them, and who runs them.

// Dense float32 (no negated view) on the CPU, or on a GPU where this program has kernels for it; rows one after the
// other, and the gradient in the same layout.
bool suits_kernels(const at::Tensor& parameter, const at::Tensor& gradient);

// The widest that this processor can run, or those that NERO_BENCH_KERNELS names: "portable", "avx2", "avx512". Results
// differ in their last bits. Throws ConfigError if the processor cannot run them.
const StepKernels& step_kernels();

// One row a neuron.
Rows rows_of(const at::Tensor& parameter);

// One step on the CPU: all threads at work on one flat list of items of all tensors; LAMB, which needs two norms of a
// tensor before it can write it, goes twice through as many tensors at a time as a shared cache holds. Which thread
// gets which item is open.
void step_on_cpu(const std::vector<NeroTensor<float>>& tensors, const NeroStep& step);
void step_on_cpu(const std::vector<SgdTensor<float>>& tensors, const SgdStep& step);
void step_on_cpu(const std::vector<AdamTensor<float>>& tensors, const AdamStep& step);
void step_on_cpu(const std::vector<LambTensor<float>>& tensors, const LambStep& step);
void step_on_cpu(const std::vector<MadamTensor<float>>& tensors, const MadamStep& step);

// What is asked for of a step: all of it, or on a GPU one of the halves of a step in a CUDA graph (optimiser.h).
enum class StepPart { kWhole, kCapture, kPrepareReplay };

// One optimiser's fused step on the device that its tensors are on.
template <class Tensor, class Step>
class FusedStep {
 public:
  void operator()(const at::Device& device, const std::vector<Tensor>& tensors, const Step& step, StepPart part) {
    if (device.is_cpu()) {
      step_on_cpu(tensors, step);
      return;
    }
    const auto stream = current_stream(device);
    switch (part) {
      case StepPart::kWhole: return on_gpu_(tensors, step, stream);
      case StepPart::kCapture: return on_gpu_.capture(tensors, stream);
      case StepPart::kPrepareReplay: return on_gpu_.prepare_replay(tensors, step, stream);
    }
  }

 private:
  DeviceStep<Tensor, Step> on_gpu_;
};

}  // namespace nero_bench
