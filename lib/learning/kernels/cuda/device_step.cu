#include <algorithm>

#include "learning/kernels/cuda/device_step.h"
#include "learning/kernels/cuda/device_table.cuh"
#include "learning/kernels/cuda/elementwise.cuh"
#include "learning/kernels/cuda/nero.cuh"

namespace nero_bench {
namespace {

void launch(const Launch<NeroTensor<float>, NeroStep>& with) {
  nero_kernel<<<with.blocks, kBlockSize, 0, with.stream>>>(with.tensors, with.items, with.step);
}

void launch(const Launch<SgdTensor<float>, SgdStep>& with) {
  sgd_kernel<<<with.blocks, kBlockSize, 0, with.stream>>>(with.tensors, with.items, with.step);
}

void launch(const Launch<AdamTensor<float>, AdamStep>& with) {
  adam_kernel<<<with.blocks, kBlockSize, 0, with.stream>>>(with.tensors, with.items, with.step);
}

void launch(const Launch<LambTensor<float>, LambStep>& with) {
  lamb_moments_kernel<<<with.blocks, kBlockSize, 0, with.stream>>>(with.tensors, with.items, with.step, with.sums);
  lamb_update_kernel<<<with.blocks, kBlockSize, 0, with.stream>>>(with.tensors, with.items, with.step, with.sums);
}

void launch(const Launch<MadamTensor<float>, MadamStep>& with) {
  madam_kernel<<<with.blocks, kBlockSize, 0, with.stream>>>(with.tensors, with.items, with.step);
}

}  // namespace

bool has_device_steps() { return true; }

template <class Tensor, class Step>
DeviceStep<Tensor, Step>::DeviceStep() = default;
template <class Tensor, class Step>
DeviceStep<Tensor, Step>::~DeviceStep() = default;

template <class Tensor, class Step>
void DeviceStep<Tensor, Step>::operator()(std::span<const Tensor> tensors, const Step& step, Stream stream) {
  if (tensors.empty()) return;
  auto found = std::find_if(tables_.begin(), tables_.end(), [&](const auto& table) { return table->is_for(tensors); });
  if (found == tables_.end()) found = tables_.insert(tables_.end(), std::make_unique<Table>());
  Table& table = **found;
  table.send(tensors, stream);
  table.send(step, stream);
  launch(table.launch(stream));
  check(cudaGetLastError(), "launching an optimiser step");
  cudaStreamCaptureStatus capturing = cudaStreamCaptureStatusNone;
  check(cudaStreamIsCapturing(stream, &capturing), "asking about a capture");
  if (capturing == cudaStreamCaptureStatusNone) table.count_step();  // else it is made, and counted, when replayed
}

template <class Tensor, class Step>
void DeviceStep<Tensor, Step>::replayed() {
  for (const auto& table : tables_) table->count_step();
}

template <class Tensor, class Step>
void DeviceStep<Tensor, Step>::set(const Step& step, Stream stream) {
  for (const auto& table : tables_) table->send(step, stream);
}

template class DeviceStep<NeroTensor<float>, NeroStep>;
template class DeviceStep<SgdTensor<float>, SgdStep>;
template class DeviceStep<AdamTensor<float>, AdamStep>;
template class DeviceStep<LambTensor<float>, LambStep>;
template class DeviceStep<MadamTensor<float>, MadamStep>;

}  // namespace nero_bench
