#pragma once
#include <ATen/core/Tensor.h>

namespace nero_bench {

// How much of a layer's activations [samples, neurons] depends on the input: the root mean over neurons of the variance
// over samples, relative to the root mean square of the neurons' means. 0: every input looks the same to the layers
// above. NaN if all are zero.
double relative_spread(const at::Tensor& activations);

}  // namespace nero_bench
