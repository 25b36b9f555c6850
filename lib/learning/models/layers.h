#pragma once
#include <ATen/core/Tensor.h>

#include "learning/models/model.h"

namespace nero_bench {

// The layers of convolutional networks. Images are [batch, channels, height, width], in memory, too: with the channels
// last, LibTorch 2.11 on a CPU writes beyond its buffers where a convolution has 4 of them.

struct Convolution {
  at::Tensor weight;  // [out, in, kernel, kernel]
  std::int64_t stride = 1;

  // Padded by half a kernel, without bias.
  at::Tensor operator()(const at::Tensor& images) const;
};

struct BatchNorm {
  at::Tensor gain;  // [channels], like all of them
  at::Tensor bias;
  at::Tensor running_mean;
  at::Tensor running_variance;

  // Normalises by the biased variance; the running one follows the unbiased, a tenth of the way.
  at::Tensor operator()(const at::Tensor& images, const Pass& pass) const;
};

struct NormalisedConvolution {
  Convolution convolution;
  BatchNorm norm;

  at::Tensor operator()(const at::Tensor& images, const Pass& pass) const { return norm(convolution(images), pass); }
};

struct Linear {
  at::Tensor weight;  // [neurons, fan_in]
  at::Tensor bias;    // [neurons]

  at::Tensor operator()(const at::Tensor& x) const;
};

// Zero with probability `rate`, and what survives times 1 / (1 − rate).
at::Tensor dropout(const at::Tensor& x, double rate, const Pass& pass);

}  // namespace nero_bench
