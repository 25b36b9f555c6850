#pragma once
#include <c10/core/Device.h>

#include "trial/precision.h"

namespace nero_bench {

// While one lives, operations on the device run in bfloat16 where LibTorch deems that safe, if that is the precision.
// What was cast of the weights for it is forgotten at the end: the next step has other weights. Not nested.
class Autocast {
 public:
  Autocast(Precision precision, at::DeviceType device);
  ~Autocast();
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;

 private:
  at::DeviceType device_;
};

}  // namespace nero_bench
