#include <stdexcept>

#include "learning/kernels/cuda/device_step.h"

namespace nero_bench {

bool has_device_steps() { return false; }

template <class Tensor, class Step>
class DeviceStep<Tensor, Step>::Table {};

template <class Tensor, class Step>
DeviceStep<Tensor, Step>::DeviceStep() = default;
template <class Tensor, class Step>
DeviceStep<Tensor, Step>::~DeviceStep() = default;

template <class Tensor, class Step>
void DeviceStep<Tensor, Step>::operator()(std::span<const Tensor>, const Step&, Stream) {
  throw std::logic_error("a step on a GPU in a program without kernels for it");
}

template <class Tensor, class Step>
void DeviceStep<Tensor, Step>::replayed() {}

template <class Tensor, class Step>
void DeviceStep<Tensor, Step>::set(const Step&, Stream) {}

template class DeviceStep<NeroTensor<float>, NeroStep>;
template class DeviceStep<SgdTensor<float>, SgdStep>;
template class DeviceStep<AdamTensor<float>, AdamStep>;
template class DeviceStep<LambTensor<float>, LambStep>;
template class DeviceStep<MadamTensor<float>, MadamStep>;

}  // namespace nero_bench
