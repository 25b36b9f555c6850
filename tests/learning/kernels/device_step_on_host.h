// DeviceStep with its tables and kernels, on the processor (cuda_on_host.h, runtime_on_host): what device_step.cu is on
// a GPU. What it cannot show: races between threads, and anything about speed.
#pragma once
#include "learning/kernels/cuda_on_host.h"
//
#include "learning/kernels/cuda/device_table.cuh"
#include "learning/kernels/cuda/elementwise.cuh"
#include "learning/kernels/cuda/nero.cuh"

namespace nero_bench {

template <class Step>
void enqueue_store(Step* into, const Step& value, Stream) {
  cuda_on_host::runtime.enqueue([=] { *into = value; });
  ++cuda_on_host::runtime.stores;
}

template <class Tensor, class Step, class Kernel>
void enqueue(const Launch<Tensor, Step>& with, const Kernel& kernel) {
  cuda_on_host::runtime.enqueue([=] { cuda_on_host::launch(with.blocks, kBlockSize, [&] { kernel(with); }); });
}

inline void launch(const Launch<NeroTensor<float>, NeroStep>& with) {
  enqueue(with, [](const auto& w) { nero_kernel(w.tensors, w.items, w.step); });
}

inline void launch(const Launch<SgdTensor<float>, SgdStep>& with) {
  enqueue(with, [](const auto& w) { sgd_kernel(w.tensors, w.items, w.step); });
}

inline void launch(const Launch<AdamTensor<float>, AdamStep>& with) {
  enqueue(with, [](const auto& w) { adam_kernel(w.tensors, w.items, w.step); });
}

inline void launch(const Launch<LambTensor<float>, LambStep>& with) {
  enqueue(with, [](const auto& w) { lamb_moments_kernel(w.tensors, w.items, w.step, w.sums); });
  enqueue(with, [](const auto& w) { lamb_update_kernel(w.tensors, w.items, w.step, w.sums); });
}

inline void launch(const Launch<MadamTensor<float>, MadamStep>& with) {
  enqueue(with, [](const auto& w) { madam_kernel(w.tensors, w.items, w.step); });
}

}  // namespace nero_bench
