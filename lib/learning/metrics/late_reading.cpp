#include "learning/metrics/late_reading.h"

#include <ATen/ops/empty.h>
#include <c10/core/impl/VirtualGuardImpl.h>

namespace nero_bench {

std::optional<double> LateReading::pending() const {
  if (!copy_.defined()) return std::nullopt;
  if (copied_) copied_->synchronize();
  return copy_.item<double>();
}

std::optional<double> LateReading::exchange(const at::Tensor& newest) {
  const auto earlier = pending();
  const auto device = newest.device();
  copy_ = at::empty({}, at::TensorOptions().dtype(at::kDouble).pinned_memory(!device.is_cpu()));
  copy_.copy_(newest, /*non_blocking=*/true);
  if (!device.is_cpu()) {
    copied_.emplace(device.type());
    copied_->record(c10::impl::VirtualGuardImpl(device.type()).getStream(device));
  }
  return earlier;
}

}  // namespace nero_bench
