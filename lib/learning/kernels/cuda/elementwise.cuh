// The steps that treat every element alike: SGD, Adam, LAMB, Madam. Included as nero.cuh is.
#pragma once
#include "learning/kernels/cuda/row.cuh"
#include "learning/kernels/step_kernels.h"

namespace nero_bench {

__global__ void __launch_bounds__(kBlockSize)
    sgd_kernel(const SgdTensor<float>* tensors, const DeviceItem* items, const SgdStep* options) {
  const DeviceItem& item = items[blockIdx.x];
  const SgdTensor<float> tensor = tensors[item.tensor];
  const auto rate = static_cast<float>(options->learning_rate);
  const auto decay = static_cast<float>(options->weight_decay);
  const auto momentum = static_cast<float>(options->momentum);
  const bool nesterov = options->nesterov;
  const bool has_momentum = tensor.momentum != nullptr;
  const Elements elements(tensor.rows, item, tensor.weight, tensor.gradient, tensor.momentum);
  elements.for_quads([&](std::int64_t i) {
    Quad weight = elements.load(tensor.weight, i);
    Quad direction = elements.load(tensor.gradient, i);
    Quad velocity = {};
    if (has_momentum) velocity = elements.load(tensor.momentum, i);
#pragma unroll
    for (int j = 0; j < kQuad; ++j) {
      if (decay != 0) direction.x[j] += weight.x[j] * decay;
      if (has_momentum) {
        velocity.x[j] = velocity.x[j] * momentum + direction.x[j];
        direction.x[j] = nesterov ? direction.x[j] + velocity.x[j] * momentum : velocity.x[j];
      }
      weight.x[j] -= direction.x[j] * rate;
    }
    if (has_momentum) elements.store(tensor.momentum, i, velocity);
    elements.store(tensor.weight, i, weight);
  });
}

__global__ void __launch_bounds__(kBlockSize)
    adam_kernel(const AdamTensor<float>* tensors, DeviceItem* items, const AdamStep* options) {
  DeviceItem& item = items[blockIdx.x];
  const AdamTensor<float> tensor = tensors[item.tensor];
  const AdamStep step = *options;
  __shared__ float rate;
  __shared__ float root_factor;
  if (threadIdx.x == 0) {
    ++item.steps;
    rate = static_cast<float>(step.learning_rate / bias_correction_on_device(step.beta1, item.steps));
    root_factor = static_cast<float>(1 / sqrt(bias_correction_on_device(step.beta2, item.steps)));
  }
  __syncthreads();
  const auto beta1 = static_cast<float>(step.beta1);
  const auto rest1 = static_cast<float>(1 - step.beta1);
  const auto beta2 = static_cast<float>(step.beta2);
  const auto rest2 = static_cast<float>(1 - step.beta2);
  const auto epsilon = static_cast<float>(step.epsilon);
  const auto decay = static_cast<float>(step.decoupled ? 0 : step.weight_decay);
  const auto shrink = static_cast<float>(step.decoupled ? 1 - step.learning_rate * step.weight_decay : 1);
  const Elements elements(tensor.rows, item, tensor.weight, tensor.gradient, tensor.mean, tensor.mean_square);
  elements.for_quads([&](std::int64_t i) {
    Quad weight = elements.load(tensor.weight, i);
    const Quad gradients = elements.load(tensor.gradient, i);
    Quad mean = elements.load(tensor.mean, i);
    Quad mean_square = elements.load(tensor.mean_square, i);
#pragma unroll
    for (int j = 0; j < kQuad; ++j) {
      const float gradient = decay != 0 ? gradients.x[j] + weight.x[j] * decay : gradients.x[j];
      mean.x[j] = mean.x[j] * beta1 + gradient * rest1;
      mean_square.x[j] = mean_square.x[j] * beta2 + gradient * gradient * rest2;
      weight.x[j] = weight.x[j] * shrink - mean.x[j] / (sqrtf(mean_square.x[j]) * root_factor + epsilon) * rate;
    }
    elements.store(tensor.mean, i, mean);
    elements.store(tensor.mean_square, i, mean_square);
    elements.store(tensor.weight, i, weight);
  });
}

// Adam's direction plus weight decay, from moments that are up to date.
struct LambDirection {
  float mean_factor;
  float mean_square_factor;
  float epsilon;
  float decay;

  __device__ LambDirection(const LambStep& step, double steps)
      : mean_factor(factor(step, step.beta1, steps)),
        mean_square_factor(factor(step, step.beta2, steps)),
        epsilon(static_cast<float>(step.epsilon)),
        decay(static_cast<float>(step.weight_decay)) {}

  __device__ static float factor(const LambStep& step, double beta, double steps) {
    return static_cast<float>(step.bias_correction ? 1 / bias_correction_on_device(beta, steps) : 1);
  }

  __device__ float operator()(float weight, float mean, float mean_square) const {
    const float direction = mean * mean_factor / (sqrtf(mean_square * mean_square_factor) + epsilon);
    return decay != 0 ? direction + weight * decay : direction;
  }
};

// The moments, and of each item the squares of its weights and of its direction.
__global__ void __launch_bounds__(kBlockSize)
    lamb_moments_kernel(const LambTensor<float>* tensors, DeviceItem* items, const LambStep* options, LambSums* sums) {
  DeviceItem& item = items[blockIdx.x];
  const LambTensor<float> tensor = tensors[item.tensor];
  const LambStep step = *options;
  __shared__ double steps;
  if (threadIdx.x == 0) steps = ++item.steps;
  __syncthreads();
  const LambDirection direction_of(step, steps);
  const auto beta1 = static_cast<float>(step.beta1);
  const auto rest1 = static_cast<float>(1 - step.beta1);
  const auto beta2 = static_cast<float>(step.beta2);
  const auto rest2 = static_cast<float>(1 - step.beta2);
  const Elements elements(tensor.rows, item, tensor.weight, tensor.gradient, tensor.mean, tensor.mean_square);
  double squares[2] = {0, 0};  // of the weights, of the direction
  elements.for_quads([&](std::int64_t i) {
    const Quad weight = elements.load(tensor.weight, i);
    const Quad gradient = elements.load(tensor.gradient, i);
    Quad mean = elements.load(tensor.mean, i);
    Quad mean_square = elements.load(tensor.mean_square, i);
    float parts[2] = {0, 0};
#pragma unroll
    for (int j = 0; j < kQuad; ++j) {
      mean.x[j] = mean.x[j] * beta1 + gradient.x[j] * rest1;
      mean_square.x[j] = mean_square.x[j] * beta2 + gradient.x[j] * gradient.x[j] * rest2;
      if (i + j >= elements.end) continue;
      const float direction = direction_of(weight.x[j], mean.x[j], mean_square.x[j]);
      parts[0] += weight.x[j] * weight.x[j];
      parts[1] += direction * direction;
    }
    squares[0] += parts[0];
    squares[1] += parts[1];
    elements.store(tensor.mean, i, mean);
    elements.store(tensor.mean_square, i, mean_square);
  });
  add_over_group<kBlockSize>(squares);
  if (threadIdx.x == 0) sums[blockIdx.x] = {squares[0], squares[1]};
}

// Every block adds the sums of the tensor's items in the same order, so that all have the same ratio.
__device__ inline float trust_ratio(const LambTensor<float>& tensor, const LambStep& step, const DeviceItem& item,
                                    const LambSums* sums) {
  double squares[2] = {0, 0};
  for (int i = threadIdx.x; i < item.items; i += kBlockSize) {
    squares[0] += sums[item.first_item + i].weight_square;
    squares[1] += sums[item.first_item + i].direction_square;
  }
  add_over_group<kBlockSize>(squares);
  double weight_norm = sqrt(squares[0]);
  if (step.weight_norm_clamp > 0 && weight_norm > step.weight_norm_clamp) weight_norm = step.weight_norm_clamp;
  const double direction_norm = sqrt(squares[1]);
  const double ratio = weight_norm == 0 || direction_norm == 0 ? 1 : weight_norm / direction_norm;
  if (threadIdx.x == 0 && item.first_row == 0) {
    tensor.diagnostics[0] = static_cast<float>(weight_norm);
    tensor.diagnostics[1] = static_cast<float>(direction_norm);
    tensor.diagnostics[2] = static_cast<float>(ratio);
  }
  return static_cast<float>(ratio);
}

__global__ void __launch_bounds__(kBlockSize)
    lamb_update_kernel(const LambTensor<float>* tensors, const DeviceItem* items, const LambStep* options,
                       const LambSums* sums) {
  const DeviceItem& item = items[blockIdx.x];
  const LambTensor<float> tensor = tensors[item.tensor];
  const LambStep step = *options;
  const LambDirection direction_of(step, item.steps);
  const auto rate = static_cast<float>(step.learning_rate * trust_ratio(tensor, step, item, sums));
  const Elements elements(tensor.rows, item, tensor.weight, tensor.mean, tensor.mean_square);
  elements.for_quads([&](std::int64_t i) {
    Quad weight = elements.load(tensor.weight, i);
    const Quad mean = elements.load(tensor.mean, i);
    const Quad mean_square = elements.load(tensor.mean_square, i);
#pragma unroll
    for (int j = 0; j < kQuad; ++j) weight.x[j] -= direction_of(weight.x[j], mean.x[j], mean_square.x[j]) * rate;
    elements.store(tensor.weight, i, weight);
  });
  if (tensor.balance) balance_rows(tensor.weight, tensor.rows, item);
}

__global__ void __launch_bounds__(kBlockSize)
    madam_kernel(const MadamTensor<float>* tensors, DeviceItem* items, const MadamStep* options) {
  DeviceItem& item = items[blockIdx.x];
  const MadamTensor<float> tensor = tensors[item.tensor];
  const MadamStep step = *options;
  __shared__ float correction;
  if (threadIdx.x == 0) correction = static_cast<float>(1 / bias_correction_on_device(step.beta, ++item.steps));
  __syncthreads();
  const auto beta = static_cast<float>(step.beta);
  const auto rest = static_cast<float>(1 - step.beta);
  const auto g_bound = static_cast<float>(step.g_bound);
  const auto bound = static_cast<float>(tensor.bound);
  const auto rate = static_cast<float>(step.learning_rate);
  const Elements elements(tensor.rows, item, tensor.weight, tensor.gradient, tensor.mean_square);
  elements.for_quads([&](std::int64_t i) {
    Quad weight = elements.load(tensor.weight, i);
    const Quad gradient = elements.load(tensor.gradient, i);
    Quad mean_square = elements.load(tensor.mean_square, i);
#pragma unroll
    for (int j = 0; j < kQuad; ++j) {
      mean_square.x[j] = mean_square.x[j] * beta + gradient.x[j] * gradient.x[j] * rest;
      const float direction = clamped(zero_where_nan(gradient.x[j] / sqrtf(mean_square.x[j] * correction)), g_bound);
      const float shrink = (weight.x[j] > 0 ? direction : -direction) * rate;  // a weight of zero stays zero;
      // e to the 87 is still a float
      weight.x[j] = clamped(weight.x[j] * expf(clamped(-shrink, 87.F)), bound);
    }
    elements.store(tensor.mean_square, i, mean_square);
    elements.store(tensor.weight, i, weight);
  });
  if (tensor.balance) balance_rows(tensor.weight, tensor.rows, item);
}

}  // namespace nero_bench
