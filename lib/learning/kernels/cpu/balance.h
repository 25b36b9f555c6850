// Rows made to sum to zero and to have unit norm. Included by cpu/step_kernels.cpp alone.
#pragma once
#include "learning/kernels/cpu/lanes.h"

struct Balance {
  bool mean;
  bool norm;
};

// u = weight − turn · gradient of one row becomes (u − mean) · factor; gradient may be null where turn is 0.
struct Row {
  float* weight;
  const float* gradient;
  std::int64_t length;
  double turn;
};

// Σ over the row, and the same with the signs that make it largest, which bounds what rounding may have done to it.
struct BalanceSums {
  double sum = 0;
  double square = 0;
  double square_bound = 0;
  bool in_range = true;  // no term has left the range of a float
};

inline double in_double(const Row& row, std::int64_t i) {
  const double weight = row.weight[i];
  return row.turn == 0 ? weight : weight - row.turn * row.gradient[i];
}

// The careful way: everything in double, the squares around the mean. For rows that cancel, and for degenerate ones: a
// row of equal entries has nothing left but the rounding errors of its mean and is not divided.
inline void balance_carefully(const Row& row, const Balance& balance) {
  double mean = 0;
  if (balance.mean) {
    for (std::int64_t i = 0; i < row.length; ++i) mean += in_double(row, i);
    mean /= static_cast<double>(row.length);
  }
  double factor = 1;
  if (balance.norm) {
    double square = 0;
    for (std::int64_t i = 0; i < row.length; ++i) {
      const double centred = in_double(row, i) - mean;
      square += centred * centred;
    }
    const double vanishing = 8 * kFloatEpsilon * __builtin_fabs(mean) * __builtin_sqrt(static_cast<double>(row.length));
    if (!(square <= vanishing * vanishing)) factor = 1 / __builtin_sqrt(square);
  }
  for (std::int64_t i = 0; i < row.length; ++i) row.weight[i] = static_cast<float>((in_double(row, i) - mean) * factor);
}

// One sweep over a row that is still in cache, with the sums that an earlier sweep took of it.
inline void balance_row(const Row& row, const Balance& balance, const BalanceSums& sums) {
  const double mean = balance.mean ? sums.sum / static_cast<double>(row.length) : 0;
  const double square = sums.square - mean * sums.sum;  // Σ (u − mean)²
  const bool cancels = !(square > kTrustedSquare && sums.square_bound <= kTrustedCancellation * square);
  if (!sums.in_range || ((balance.mean || balance.norm) && cancels)) {
    balance_carefully(row, balance);
    return;
  }
  const double scale = balance.norm ? 1 / __builtin_sqrt(square) : 1;
  const auto factor = static_cast<float>(scale);
  const auto turn = static_cast<float>(row.turn * scale);
  const auto offset = static_cast<float>(mean * scale);
  float* const weights = row.weight;
  const float* const gradients = row.gradient;
  if (turn == 0) {
    for_lanes(0, row.length, [&](auto lanes, std::int64_t i) {
      using T = decltype(lanes);
      store<T>(weights + i, load<T>(weights + i) * factor - offset);
    });
    return;
  }
  for_lanes(0, row.length, [&](auto lanes, std::int64_t i) {
    using T = decltype(lanes);
    const T against = load<T>(gradients + i) * turn + offset;
    store<T>(weights + i, load<T>(weights + i) * factor - against);
  });
}

template <class T>
struct BalanceAccumulators {
  T sum{}, square{};

  void add(const float* weight) {
    const T value = load<T>(weight);
    sum += value;
    square += value * value;
  }

  void merge(const BalanceAccumulators& other) {
    sum += other.sum;
    square += other.square;
  }
};

// Balances the rows of an item as they stand.
inline void balance_rows(float* weight, const Rows& rows, const WorkItem& item) {
  for (std::int64_t i = item.first_row; i < item.first_row + item.rows; ++i) {
    const Row row{weight + i * rows.length, nullptr, rows.length, 0};
    BalanceSums sums;
    for_blocks<BalanceAccumulators>(
        row.length, [&](auto& accumulators, std::int64_t at) { accumulators.add(row.weight + at); },
        [&](const auto& accumulators) {
          sums.sum += sum(accumulators.sum);
          sums.square += sum(accumulators.square);
        });
    sums.square_bound = sums.square;
    balance_row(row, {true, true}, sums);
  }
}
