#include <stdexcept>

#include "learning/kernels/cuda/device_step.h"

namespace nero_bench {
namespace {

[[noreturn]] void throw_without_kernels() {
  throw std::logic_error("a step on a GPU in a program without kernels for it");
}

}  // namespace

bool has_device_steps() { return false; }

template <class Tensor, class Step>
class DeviceStep<Tensor, Step>::Table {};

template <class Tensor, class Step>
DeviceStep<Tensor, Step>::DeviceStep() = default;
template <class Tensor, class Step>
DeviceStep<Tensor, Step>::~DeviceStep() = default;

template <class Tensor, class Step>
void DeviceStep<Tensor, Step>::operator()(std::span<const Tensor>, const Step&, Stream) {
  throw_without_kernels();
}

template <class Tensor, class Step>
void DeviceStep<Tensor, Step>::capture(std::span<const Tensor>, Stream) {
  throw_without_kernels();
}

template <class Tensor, class Step>
void DeviceStep<Tensor, Step>::prepare_replay(std::span<const Tensor>, const Step&, Stream) {
  throw_without_kernels();
}

template class DeviceStep<NeroTensor<float>, NeroStep>;
template class DeviceStep<SgdTensor<float>, SgdStep>;
template class DeviceStep<AdamTensor<float>, AdamStep>;
template class DeviceStep<LambTensor<float>, LambStep>;
template class DeviceStep<MadamTensor<float>, MadamStep>;

}  // namespace nero_bench
