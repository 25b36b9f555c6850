// Rows in the registers of a group of threads: a warp for short rows, a block for long ones. A row that does not fit is
// read again, piece by piece, in every sweep; by then it is in the second-level cache. Included by the kernels.
#pragma once
#include "learning/kernels/cuda/device_items.h"
#include "learning/kernels/cuda/elements.cuh"
#include "learning/kernels/float_range.h"

namespace nero_bench {

constexpr int kHeldQuads = 7;  // of each thread: 28 floats of a row
static_assert(kLongestWarpRow <= kWarpSize * kHeldQuads * kQuad);

// The sums of `values` over the group, the same bits in all its threads.
template <int kThreads, int kValues>
__device__ void add_over_group(double (&values)[kValues]) {
  __syncwarp();
  for (int offset = kWarpSize / 2; offset > 0; offset /= 2) {
    for (double& value : values) value += __shfl_xor_sync(0xffffffff, value, offset);
  }
  if constexpr (kThreads > kWarpSize) {
    __shared__ double of_warps[kThreads / kWarpSize][kValues];
    __syncthreads();  // an earlier sum may still be read
    if (threadIdx.x % kWarpSize == 0) {
      for (int i = 0; i < kValues; ++i) of_warps[threadIdx.x / kWarpSize][i] = values[i];
    }
    __syncthreads();
    for (int i = 0; i < kValues; ++i) {
      values[i] = 0;
      for (const auto& of_warp : of_warps) values[i] += of_warp[i];
    }
  }
}

// One row of weights, w − turn · gradient in the making. kThreads is the size of the group; every thread of it makes
// the same calls.
template <int kThreads>
class RowInRegisters {
 public:
  __device__ RowInRegisters(float* weight, const float* gradient, std::int64_t length)
      : weight_(weight),
        gradient_(gradient),
        length_(length),
        vectors_(length % kQuad == 0 && is_aligned(weight) && (gradient == nullptr || is_aligned(gradient))) {}

  __device__ static int rank() { return threadIdx.x % kThreads; }
  __device__ std::int64_t length() const { return length_; }

  // Without a turn the gradient is not looked at again.
  __device__ void turn_by(double turn) {
    turn_ = turn;
    if (turn == 0) gradient_ = nullptr;
  }

  // body(w, g) for all elements of this thread, in the same order each time; zeros beyond the end.
  template <class Body>
  __device__ void for_each(Body body) {
    for (std::int64_t first = 0; first < length_; first += kPiece) {
      load(first);
#pragma unroll
      for (int i = 0; i < kHeldQuads; ++i) {
#pragma unroll
        for (int j = 0; j < kQuad; ++j) body(weights_[i].x[j], gradient_ == nullptr ? 0.F : gradients_[i].x[j]);
      }
    }
  }

  // w ← change(w, g)
  template <class Change>
  __device__ void write(Change change) {
    for (std::int64_t first = 0; first < length_; first += kPiece) {
      load(first);
#pragma unroll
      for (int i = 0; i < kHeldQuads; ++i) {
        Quad changed;
#pragma unroll
        for (int j = 0; j < kQuad; ++j)
          changed.x[j] = change(weights_[i].x[j], gradient_ == nullptr ? 0.F : gradients_[i].x[j]);
        store_quad(weight_ + first, place(i), left(first), vectors_, changed);
      }
    }
  }

  // The careful sweeps, for the few rows that need them, leave the registers alone: body(u) with u = w − turn · g in
  // double, for all elements of this thread.
  template <class Body>
  __device__ void for_each_in_double(Body body) const {
    for (std::int64_t i = rank(); i < length_; i += kThreads) body(in_double(i));
  }

  template <class Body>
  __device__ void for_each_gradient_in_double(Body body) const {
    for (std::int64_t i = rank(); i < length_; i += kThreads) body(static_cast<double>(gradient_[i]));
  }

  template <class Change>
  __device__ void write_in_double(Change change) {
    for (std::int64_t i = rank(); i < length_; i += kThreads) weight_[i] = static_cast<float>(change(in_double(i)));
  }

 private:
  static constexpr int kPiece = kThreads * kHeldQuads * kQuad;

  __device__ int left(std::int64_t first) const {  // elements of the piece
    return length_ - first < kPiece ? static_cast<int>(length_ - first) : kPiece;
  }
  __device__ static int place(int i) { return (i * kThreads + rank()) * kQuad; }
  __device__ double in_double(std::int64_t i) const {
    return gradient_ == nullptr ? weight_[i] : weight_[i] - turn_ * gradient_[i];
  }

  __device__ void load(std::int64_t first) {
    if (first == held_) return;
    held_ = first;
#pragma unroll
    for (int i = 0; i < kHeldQuads; ++i) {
      weights_[i] = load_quad(weight_ + first, place(i), left(first), vectors_);
      if (gradient_ != nullptr) gradients_[i] = load_quad(gradient_ + first, place(i), left(first), vectors_);
    }
  }

  float* weight_;
  const float* gradient_;
  std::int64_t length_;
  bool vectors_;  // the row can be read four floats at a time
  double turn_ = 0;
  std::int64_t held_ = -1;  // the piece in the registers
  Quad weights_[kHeldQuads];
  Quad gradients_[kHeldQuads];
};

struct RowSums {
  double sum = 0;           // Σu of u = w − turn · g
  double square = 0;        // Σu²
  double square_bound = 0;  // the same with the signs that make it largest: what rounding may have done to it
  bool in_range = true;     // no term has left the range of a float
};

// u becomes (u − mean) · factor. The careful way for rows that cancel and for degenerate ones: everything in double,
// the squares around the mean; a row of equal entries is not divided (as cpu/balance.h).
template <int kThreads>
__device__ void balance_carefully(RowInRegisters<kThreads>& row, bool centre, bool normalise) {
  double mean[1] = {0};
  if (centre) {
    row.for_each_in_double([&](double u) { mean[0] += u; });
    add_over_group<kThreads>(mean);
    mean[0] /= static_cast<double>(row.length());
  }
  double factor = 1;
  if (normalise) {
    double square[1] = {0};
    row.for_each_in_double([&](double u) { square[0] += (u - mean[0]) * (u - mean[0]); });
    add_over_group<kThreads>(square);
    const double vanishing = 8 * kFloatEpsilon * fabs(mean[0]) * sqrt(static_cast<double>(row.length()));
    if (!(square[0] <= vanishing * vanishing)) factor = 1 / sqrt(square[0]);
  }
  row.write_in_double([&](double u) { return (u - mean[0]) * factor; });
}

template <int kThreads>
__device__ void balance_row(RowInRegisters<kThreads>& row, double turn, bool centre, bool normalise,
                            const RowSums& sums) {
  const double mean = centre ? sums.sum / static_cast<double>(row.length()) : 0;
  const double square = sums.square - mean * sums.sum;  // Σ (u − mean)²
  const bool cancels = !(square > kTrustedSquare && sums.square_bound <= kTrustedCancellation * square);
  if (!sums.in_range || ((centre || normalise) && cancels)) {
    balance_carefully(row, centre, normalise);
    return;
  }
  const double scale = normalise ? 1 / sqrt(square) : 1;
  const auto factor = static_cast<float>(scale);
  const auto against = static_cast<float>(turn * scale);
  const auto offset = static_cast<float>(mean * scale);
  row.write([&](float w, float g) { return w * factor - (g * against + offset); });
}

// Balances a row as it stands.
template <int kThreads>
__device__ void balance_row(float* weight, std::int64_t length) {
  RowInRegisters<kThreads> row(weight, nullptr, length);
  double sums[2] = {0, 0};
  row.for_each([&](float w, float) {
    sums[0] += w;
    sums[1] += static_cast<double>(w) * w;
  });
  add_over_group<kThreads>(sums);
  balance_row(row, 0, true, true, {sums[0], sums[1], sums[1]});
}

// body.template operator()<threads>(row) for the item's rows, by warps or by the block.
template <class Body>
__device__ void for_rows(const Rows& rows, const DeviceItem& item, Body body) {
  if (rows.length > kLongestWarpRow) {
    for (std::int64_t i = 0; i < item.rows; ++i) body.template operator()<kBlockSize>(item.first_row + i);
  } else {
    for (std::int64_t i = threadIdx.x / kWarpSize; i < item.rows; i += kBlockSize / kWarpSize)
      body.template operator()<kWarpSize>(item.first_row + i);
  }
}

// After the whole block has written the item's weights.
__device__ inline void balance_rows(float* weight, const Rows& rows, const DeviceItem& item) {
  __syncthreads();
  for_rows(rows, item,
           [&]<int kThreads>(std::int64_t i) { balance_row<kThreads>(weight + i * rows.length, rows.length); });
}

}  // namespace nero_bench
