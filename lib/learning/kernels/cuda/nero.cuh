// Nero in one pass over memory: a row stays in registers between the sums, after which everything about
// u = w − a g is known, and the write (as cpu/nero.h). Included by device_step.cu, and by a test that runs
// it on the processor.
#pragma once
#include "learning/kernels/cuda/row.cuh"
#include "learning/kernels/step_kernels.h"

namespace nero_bench {

struct NeroSums {
  double w = 0, g = 0, ww = 0, wg = 0, gg = 0;
  bool in_range = true;  // no square has left the range of a float; gg is right in any case
};

template <int kThreads>
__device__ NeroSums sums_of(RowInRegisters<kThreads>& row) {
  double sums[5] = {};
  float parts[5] = {};
  int added = 0;
  row.for_each([&](float w, float g) {
    parts[0] += w;
    parts[1] += g;
    parts[2] += w * w;
    parts[3] += w * g;
    parts[4] += g * g;
    if (++added % (kHeldQuads * kQuad) != 0) return;  // known when this is compiled: the loops are unrolled
    for (int i = 0; i < 5; ++i) {
      sums[i] += parts[i];
      parts[i] = 0;
    }
  });
  add_over_group<kThreads>(sums);
  NeroSums result{sums[0], sums[1], sums[2], sums[3], sums[4]};
  result.in_range = result.gg > kSmallestSquare && result.gg < kLargestSquare;
  if (!result.in_range) {
    double square[1] = {0};
    row.for_each_gradient_in_double([&](double g) { square[0] += g * g; });
    add_over_group<kThreads>(square);
    result.gg = square[0];
  }
  return result;
}

template <int kThreads>
__device__ void nero_row(const NeroTensor<float>& tensor, const NeroStep& step, double correction, std::int64_t i) {
  const std::int64_t length = tensor.rows.length;
  RowInRegisters<kThreads> row(tensor.weight + i * length, tensor.gradient + i * length, length);
  const double before = tensor.mean_square[i];
  NeroSums sums = sums_of(row);
  const double average = step.beta * before + (1 - step.beta) * sums.gg;  // a float may have lost all its digits
  const auto mean_square = static_cast<float>(average);
  if (row.rank() == 0) tensor.mean_square[i] = mean_square;  // after the sums, so after all threads have read it
  // 0/0 is no movement, and so are NaN/NaN and a finite gradient over ∞ (reference.h).
  const bool moves = sums.gg > 0 && mean_square <= kLargestFloat;
  double turn = 0;
  if (moves) {
    turn = step.learning_rate * *tensor.scale / sqrt(average / correction);
  } else {
    sums.g = sums.wg = sums.gg = 0;
  }
  row.turn_by(turn);
  balance_row(row, turn, step.constrain_mean, step.constrain_norm,
              {sums.w - turn * sums.g, sums.ww - 2 * turn * sums.wg + turn * turn * sums.gg,
               sums.ww + 2 * turn * fabs(sums.wg) + turn * turn * sums.gg, sums.in_range || !moves});
}

// Every element a neuron: no sums, and no constraint.
__device__ inline void nero_elements(const NeroTensor<float>& tensor, const NeroStep& step, double correction,
                                     const DeviceItem& item) {
  const auto beta = static_cast<float>(step.beta);
  const auto rest = static_cast<float>(1 - step.beta);  // formed in double: 1.f − 0.999f is off by 1.3e-5
  const auto inverse = static_cast<float>(1 / correction);
  const auto rate = static_cast<float>(step.learning_rate * *tensor.scale);
  const Elements elements(tensor.rows, item, tensor.weight, tensor.gradient, tensor.mean_square);
  elements.for_quads([&](std::int64_t i) {
    Quad weight = elements.load(tensor.weight, i);
    const Quad gradient = elements.load(tensor.gradient, i);
    Quad mean_square = elements.load(tensor.mean_square, i);
#pragma unroll
    for (int j = 0; j < kQuad; ++j) {
      mean_square.x[j] = mean_square.x[j] * beta + gradient.x[j] * gradient.x[j] * rest;
      weight.x[j] -= zero_where_nan(gradient.x[j] / sqrtf(mean_square.x[j] * inverse)) * rate;
    }
    elements.store(tensor.mean_square, i, mean_square);
    elements.store(tensor.weight, i, weight);
  });
}

__global__ void __launch_bounds__(kBlockSize, 2)
    nero_kernel(const NeroTensor<float>* tensors, DeviceItem* items, const NeroStep* options) {
  DeviceItem& item = items[blockIdx.x];
  const NeroTensor<float>& tensor = tensors[item.tensor];
  const NeroStep& step = *options;
  __shared__ double correction;
  if (threadIdx.x == 0) correction = bias_correction_on_device(step.beta, ++item.steps);
  __syncthreads();
  if (!tensor.has_rows) {
    nero_elements(tensor, step, correction, item);
    return;
  }
  for_rows(tensor.rows, item, [&]<int kThreads>(std::int64_t i) { nero_row<kThreads>(tensor, step, correction, i); });
}

}  // namespace nero_bench
