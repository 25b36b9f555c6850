#pragma once
#include <ATen/core/Tensor.h>
#include <c10/core/Event.h>

#include <optional>

namespace nero_bench {

// Reads numbers of a device that works ahead of the host, without having it run out of work: a number is copied in the
// order of the device's work when it is handed in, and read when the next one is.
class LateReading {
 public:
  // Hands in `newest`, [] float64 on any device, and gives the number before it, if there was one. Waits for that one.
  std::optional<double> exchange(const at::Tensor& newest);

  // What the next exchange() will give.
  std::optional<double> pending() const;

 private:
  at::Tensor copy_;                   // on the host
  std::optional<c10::Event> copied_;  // none on a CPU, where it was at once
};

}  // namespace nero_bench
