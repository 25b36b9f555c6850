// Nero in one pass over memory. With the sums Sw, Sg, Sww, Swg, Sgg of a row, taken in one sweep, everything about
// u = w − a g is known before a second sweep over the row, which is then still in cache, writes it:
//   Σu = Sw − a Sg    Σu² = Sww − 2a Swg + a² Sgg
// Included by cpu/step_kernels.cpp alone.
#pragma once
#include "learning/kernels/cpu/balance.h"

// How far ahead of itself the first sweep asks for memory, over the end of the row: so that memory works while the
// second sweep needs none. Tried from 768 to 4096 on rows of 784 to 65,536 elements; what lies behind the last row is
// never read.
constexpr std::int64_t kAhead = 2048;
constexpr std::int64_t kCacheLine = 64 / sizeof(float);

inline void fetch_ahead(const float* address) {
  for (std::int64_t i = 0; i < 2 * kLanes; i += kCacheLine) __builtin_prefetch(address + kAhead + i);
}

template <class T>
struct NeroAccumulators {
  T w{}, g{}, ww{}, wg{}, gg{};

  void add(const float* weight, const float* gradient) {
    const T weights = load<T>(weight);
    const T gradients = load<T>(gradient);
    w += weights;
    g += gradients;
    ww += weights * weights;
    wg += weights * gradients;
    gg += gradients * gradients;
  }

  void merge(const NeroAccumulators& other) {
    w += other.w;
    g += other.g;
    ww += other.ww;
    wg += other.wg;
    gg += other.gg;
  }
};

struct NeroSums {
  double w = 0, g = 0, ww = 0, wg = 0, gg = 0;
};

inline NeroSums sums_of(const float* weight, const float* gradient, std::int64_t length) {
  NeroSums sums;
  for_blocks<NeroAccumulators>(
      length, [&](auto& accumulators, std::int64_t i) { accumulators.add(weight + i, gradient + i); },
      [&](const auto& accumulators) {
        sums.w += sum(accumulators.w);
        sums.g += sum(accumulators.g);
        sums.ww += sum(accumulators.ww);
        sums.wg += sum(accumulators.wg);
        sums.gg += sum(accumulators.gg);
      },
      [&](std::int64_t i) {
        fetch_ahead(weight + i);
        fetch_ahead(gradient + i);
      });
  return sums;
}

// The rows of neurons that no input reaches have gradients of zero, and come here in numbers: several sums take turns,
// because an addition waits for the one before.
inline double square_in_double(const float* gradient, std::int64_t length) {
  constexpr std::int64_t kSums = 16;
  double sums[kSums] = {};
  std::int64_t i = 0;
  for (; i + kSums <= length; i += kSums) {
    for (std::int64_t j = 0; j < kSums; ++j) sums[j] += static_cast<double>(gradient[i + j]) * gradient[i + j];
  }
  for (; i < length; ++i) sums[i % kSums] += static_cast<double>(gradient[i]) * gradient[i];
  double square = 0;
  for (const double sum : sums) square += sum;
  return square;
}

inline void nero_row(const NeroTensor<float>& tensor, const NeroStep& step, double correction, std::int64_t i) {
  Row row{tensor.weight + i * tensor.rows.length, tensor.gradient + i * tensor.rows.length, tensor.rows.length, 0};
  NeroSums sums = sums_of(row.weight, row.gradient, row.length);
  const bool in_range = sums.gg > kSmallestSquare && sums.gg < kLargestSquare;
  if (!in_range) sums.gg = square_in_double(row.gradient, row.length);

  float& mean_square = tensor.mean_square[i];
  const double average = step.beta * mean_square + (1 - step.beta) * sums.gg;  // a float may have lost all its digits
  mean_square = static_cast<float>(average);
  // 0/0 is no movement, and so are NaN/NaN and a finite gradient over ∞ (reference.h).
  const bool moves = sums.gg > 0 && mean_square <= kLargestFloat;
  if (moves) {
    row.turn = step.learning_rate * *tensor.scale / __builtin_sqrt(average / correction);
  } else {
    sums.g = sums.wg = sums.gg = 0;
  }
  const double a = row.turn;
  balance_row(row, {step.constrain_mean, step.constrain_norm},
              {.sum = sums.w - a * sums.g,
               .square = sums.ww - 2 * a * sums.wg + a * a * sums.gg,
               .square_bound = sums.ww + 2 * a * __builtin_fabs(sums.wg) + a * a * sums.gg,
               .in_range = in_range || !moves});
}

// Every element a neuron: no sums, and no constraint.
inline void nero_elements(const NeroTensor<float>& tensor, const NeroStep& step, const WorkItem& item) {
  const auto beta = static_cast<float>(step.beta);
  const auto rest = static_cast<float>(1 - step.beta);  // formed in double: 1.f − 0.999f is off by 1.3e-5
  const auto correction = static_cast<float>(1 / bias_correction(step.beta, tensor.steps));
  const auto rate = static_cast<float>(step.learning_rate * *tensor.scale);
  auto* const weights = tensor.weight;
  const auto* const gradients = tensor.gradient;
  auto* const mean_squares = tensor.mean_square;
  for_lanes(item.first_row, item.first_row + item.rows, [&](auto lanes, std::int64_t i) {
    using T = decltype(lanes);
    const T gradient = load<T>(gradients + i);
    const T mean_square = load<T>(mean_squares + i) * beta + gradient * gradient * rest;
    store<T>(mean_squares + i, mean_square);
    const T direction = zero_where_nan(gradient / root(mean_square * correction));
    store<T>(weights + i, load<T>(weights + i) - direction * rate);
  });
}

inline void nero(const NeroTensor<float>& tensor, const NeroStep& step, const WorkItem& item) {
  if (!tensor.has_rows) {
    nero_elements(tensor, step, item);
    return;
  }
  const double correction = bias_correction(step.beta, tensor.steps);
  for (std::int64_t i = item.first_row; i < item.first_row + item.rows; ++i) nero_row(tensor, step, correction, i);
}
