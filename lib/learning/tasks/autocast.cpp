#include "learning/tasks/autocast.h"

#include <ATen/autocast_mode.h>

namespace nero_bench {

Autocast::Autocast(Precision precision, at::DeviceType device) : device_(device) {
  at::autocast::set_autocast_dtype(device_, at::kBFloat16);
  at::autocast::set_autocast_enabled(device_, precision == Precision::kBfloat16);
}

Autocast::~Autocast() {
  at::autocast::set_autocast_enabled(device_, false);
  at::autocast::clear_cache();
}

}  // namespace nero_bench
