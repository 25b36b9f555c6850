// The steps that treat every element alike: SGD, Adam, LAMB, Madam. Included by cpu/step_kernels.cpp alone.
// Pointers are copied out of the structs first: for all the compiler knows, a store could change these.
#pragma once
#include "learning/kernels/cpu/balance.h"

struct Elements {
  std::int64_t first;
  std::int64_t last;
};

inline Elements elements(const Rows& rows, const WorkItem& item) {
  return {item.first_row * rows.length, (item.first_row + item.rows) * rows.length};
}

inline void sgd(const SgdTensor<float>& tensor, const SgdStep& step, const WorkItem& item) {
  const auto rate = static_cast<float>(step.learning_rate);
  const auto decay = static_cast<float>(step.weight_decay);
  const auto momentum = static_cast<float>(step.momentum);
  const bool nesterov = step.nesterov;
  auto* const weights = tensor.weight;
  const auto* const gradients = tensor.gradient;
  auto* const velocities = tensor.momentum;
  const bool has_momentum = velocities != nullptr;
  const auto [first, last] = elements(tensor.rows, item);
  for_lanes(first, last, [&](auto lanes, std::int64_t i) {
    using T = decltype(lanes);
    const T weight = load<T>(weights + i);
    T direction = load<T>(gradients + i);
    if (decay != 0) direction += weight * decay;
    if (has_momentum) {
      const T velocity = load<T>(velocities + i) * momentum + direction;
      store<T>(velocities + i, velocity);
      direction = nesterov ? direction + velocity * momentum : velocity;
    }
    store<T>(weights + i, weight - direction * rate);
  });
}

inline void adam(const AdamTensor<float>& tensor, const AdamStep& step, const WorkItem& item) {
  const auto beta1 = static_cast<float>(step.beta1);
  const auto rest1 = static_cast<float>(1 - step.beta1);
  const auto beta2 = static_cast<float>(step.beta2);
  const auto rest2 = static_cast<float>(1 - step.beta2);
  const auto epsilon = static_cast<float>(step.epsilon);
  const auto decay = static_cast<float>(step.decoupled ? 0 : step.weight_decay);
  const auto shrink = static_cast<float>(step.decoupled ? 1 - step.learning_rate * step.weight_decay : 1);
  const auto rate = static_cast<float>(step.learning_rate / bias_correction(step.beta1, tensor.steps));
  const auto root_factor = static_cast<float>(1 / __builtin_sqrt(bias_correction(step.beta2, tensor.steps)));
  auto* const weights = tensor.weight;
  const auto* const gradients = tensor.gradient;
  auto* const means = tensor.mean;
  auto* const mean_squares = tensor.mean_square;
  const auto [first, last] = elements(tensor.rows, item);
  for_lanes(first, last, [&](auto lanes, std::int64_t i) {
    using T = decltype(lanes);
    const T weight = load<T>(weights + i);
    T gradient = load<T>(gradients + i);
    if (decay != 0) gradient += weight * decay;
    const T mean = load<T>(means + i) * beta1 + gradient * rest1;
    const T mean_square = load<T>(mean_squares + i) * beta2 + gradient * gradient * rest2;
    store<T>(means + i, mean);
    store<T>(mean_squares + i, mean_square);
    store<T>(weights + i, weight * shrink - mean / (root(mean_square) * root_factor + epsilon) * rate);
  });
}

// Adam's direction plus weight decay, from moments that are up to date.
struct LambDirection {
  float mean_factor;
  float mean_square_factor;
  float epsilon;
  float decay;

  LambDirection(const LambTensor<float>& tensor, const LambStep& step)
      : mean_factor(factor(step, step.beta1, tensor.steps)),
        mean_square_factor(factor(step, step.beta2, tensor.steps)),
        epsilon(static_cast<float>(step.epsilon)),
        decay(static_cast<float>(step.weight_decay)) {}

  static float factor(const LambStep& step, double beta, double steps) {
    return static_cast<float>(step.bias_correction ? 1 / bias_correction(beta, steps) : 1);
  }

  template <class T>
  T operator()(T weight, T mean, T mean_square) const {
    const T direction = mean * mean_factor / (root(mean_square * mean_square_factor) + epsilon);
    return decay != 0 ? direction + weight * decay : direction;
  }
};

template <class T>
struct LambAccumulators {
  T weight_square{}, direction_square{};

  void merge(const LambAccumulators& other) {
    weight_square += other.weight_square;
    direction_square += other.direction_square;
  }
};

inline LambSums lamb_moments(const LambTensor<float>& tensor, const LambStep& step, const WorkItem& item) {
  const auto beta1 = static_cast<float>(step.beta1);
  const auto rest1 = static_cast<float>(1 - step.beta1);
  const auto beta2 = static_cast<float>(step.beta2);
  const auto rest2 = static_cast<float>(1 - step.beta2);
  const LambDirection direction_of(tensor, step);
  auto* const weights = tensor.weight;
  const auto* const gradients = tensor.gradient;
  auto* const means = tensor.mean;
  auto* const mean_squares = tensor.mean_square;
  const auto [first, last] = elements(tensor.rows, item);
  LambSums sums;
  const auto add = [&]<class T>(LambAccumulators<T>& accumulators, std::int64_t offset) {
    const std::int64_t i = first + offset;
    const T weight = load<T>(weights + i);
    const T gradient = load<T>(gradients + i);
    const T mean = load<T>(means + i) * beta1 + gradient * rest1;
    const T mean_square = load<T>(mean_squares + i) * beta2 + gradient * gradient * rest2;
    store<T>(means + i, mean);
    store<T>(mean_squares + i, mean_square);
    const T direction = direction_of(weight, mean, mean_square);
    accumulators.weight_square += weight * weight;
    accumulators.direction_square += direction * direction;
  };
  for_blocks<LambAccumulators>(last - first, add, [&](const auto& accumulators) {
    sums.weight_square += sum(accumulators.weight_square);
    sums.direction_square += sum(accumulators.direction_square);
  });
  return sums;
}

inline void lamb_update(const LambTensor<float>& tensor, const LambStep& step, const WorkItem& item) {
  const LambDirection direction_of(tensor, step);
  const auto rate = static_cast<float>(step.learning_rate * tensor.diagnostics[2]);
  auto* const weights = tensor.weight;
  const auto* const means = tensor.mean;
  const auto* const mean_squares = tensor.mean_square;
  const auto [first, last] = elements(tensor.rows, item);
  for_lanes(first, last, [&](auto lanes, std::int64_t i) {
    using T = decltype(lanes);
    const T weight = load<T>(weights + i);
    const T direction = direction_of(weight, load<T>(means + i), load<T>(mean_squares + i));
    store<T>(weights + i, weight - direction * rate);
  });
  if (tensor.balance) balance_rows(tensor.weight, tensor.rows, item);
}

inline void madam(const MadamTensor<float>& tensor, const MadamStep& step, const WorkItem& item) {
  const auto beta = static_cast<float>(step.beta);
  const auto rest = static_cast<float>(1 - step.beta);
  const auto correction = static_cast<float>(1 / bias_correction(step.beta, tensor.steps));
  const auto g_bound = static_cast<float>(step.g_bound);
  const auto bound = static_cast<float>(tensor.bound);
  const auto rate = static_cast<float>(step.learning_rate);
  auto* const weights = tensor.weight;
  const auto* const gradients = tensor.gradient;
  auto* const mean_squares = tensor.mean_square;
  const auto [first, last] = elements(tensor.rows, item);
  for_lanes(first, last, [&](auto lanes, std::int64_t i) {
    using T = decltype(lanes);
    const T weight = load<T>(weights + i);
    const T gradient = load<T>(gradients + i);
    const T mean_square = load<T>(mean_squares + i) * beta + gradient * gradient * rest;
    store<T>(mean_squares + i, mean_square);
    const T direction = clamp(zero_where_nan(gradient / root(mean_square * correction)), g_bound);
    const T shrink = (weight > 0 ? direction : -direction) * rate;  // a weight of zero stays zero
    store<T>(weights + i, clamp(weight * exponential(-shrink), bound));
  });
  if (tensor.balance) balance_rows(tensor.weight, tensor.rows, item);
}
