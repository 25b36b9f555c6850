#include "learning/kernels/cuda/device_table.cuh"
#include "learning/kernels/cuda/elementwise.cuh"
#include "learning/kernels/cuda/nero.cuh"

namespace nero_bench {

template <class Step>
__global__ void store_kernel(Step* into, Step value) {
  *into = value;
}

template <class Step>
static void enqueue_store(Step* into, const Step& value, Stream stream) {
  store_kernel<<<1, 1, 0, stream>>>(into, value);
}

static void launch(const Launch<NeroTensor<float>, NeroStep>& with) {
  nero_kernel<<<with.blocks, kBlockSize, 0, with.stream>>>(with.tensors, with.items, with.step);
}

static void launch(const Launch<SgdTensor<float>, SgdStep>& with) {
  sgd_kernel<<<with.blocks, kBlockSize, 0, with.stream>>>(with.tensors, with.items, with.step);
}

static void launch(const Launch<AdamTensor<float>, AdamStep>& with) {
  adam_kernel<<<with.blocks, kBlockSize, 0, with.stream>>>(with.tensors, with.items, with.step);
}

static void launch(const Launch<LambTensor<float>, LambStep>& with) {
  lamb_moments_kernel<<<with.blocks, kBlockSize, 0, with.stream>>>(with.tensors, with.items, with.step, with.sums);
  lamb_update_kernel<<<with.blocks, kBlockSize, 0, with.stream>>>(with.tensors, with.items, with.step, with.sums);
}

static void launch(const Launch<MadamTensor<float>, MadamStep>& with) {
  madam_kernel<<<with.blocks, kBlockSize, 0, with.stream>>>(with.tensors, with.items, with.step);
}

bool has_device_steps() { return true; }

template class DeviceStep<NeroTensor<float>, NeroStep>;
template class DeviceStep<SgdTensor<float>, SgdStep>;
template class DeviceStep<AdamTensor<float>, AdamStep>;
template class DeviceStep<LambTensor<float>, LambStep>;
template class DeviceStep<MadamTensor<float>, MadamStep>;

}  // namespace nero_bench
