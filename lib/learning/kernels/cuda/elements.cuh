// Elements four at a time. Included by the kernels.
#pragma once
#include <cstdint>

#include "learning/kernels/cuda/device_items.h"

namespace nero_bench {

constexpr int kQuad = 4;

struct Quad {
  float x[kQuad];
};

__device__ inline bool is_aligned(const float* pointer) {
  return reinterpret_cast<std::uintptr_t>(pointer) % sizeof(float4) == 0;
}

// The floats at [i, i + 4) of those before `end`, 0 beyond. With `vectors` none or all four of them are before the end,
// and their address is that of a float4.
template <class Index>
__device__ Quad load_quad(const float* from, Index i, Index end, bool vectors) {
  Quad quad = {};
  if (vectors) {
    if (i < end) {
      const float4 four = *reinterpret_cast<const float4*>(from + i);
      quad = {four.x, four.y, four.z, four.w};
    }
    return quad;
  }
#pragma unroll
  for (int j = 0; j < kQuad; ++j) {
    if (i + j < end) quad.x[j] = from[i + j];
  }
  return quad;
}

template <class Index>
__device__ void store_quad(float* to, Index i, Index end, bool vectors, const Quad& quad) {
  if (vectors) {
    if (i < end) *reinterpret_cast<float4*>(to + i) = make_float4(quad.x[0], quad.x[1], quad.x[2], quad.x[3]);
    return;
  }
#pragma unroll
  for (int j = 0; j < kQuad; ++j) {
    if (i + j < end) to[i + j] = quad.x[j];
  }
}

// The elements of an item, for arrays that all lie alike.
struct Elements {
  std::int64_t first;
  std::int64_t end;
  bool vectors;

  template <class... Pointers>
  __device__ Elements(const Rows& rows, const DeviceItem& item, Pointers... arrays)
      : first(item.first_row * rows.length),
        end((item.first_row + item.rows) * rows.length),
        vectors(first % kQuad == 0 && end % kQuad == 0 && (is_aligned(arrays) && ...)) {}

  __device__ Quad load(const float* from, std::int64_t i) const { return load_quad(from, i, end, vectors); }
  __device__ void store(float* to, std::int64_t i, const Quad& quad) const { store_quad(to, i, end, vectors, quad); }

  // body(i) for every fourth element, shared out among the threads of the block.
  template <class Body>
  __device__ void for_quads(Body body) const {
    for (std::int64_t i = first + std::int64_t{threadIdx.x} * kQuad; i < end; i += std::int64_t{kBlockSize} * kQuad)
      body(i);
  }
};

// 1 − βᵗ; pow() would be a call, for which registers are spilled.
__device__ inline double bias_correction_on_device(double decay, double steps) { return -expm1(steps * log(decay)); }

__device__ inline float zero_where_nan(float value) { return value == value ? value : 0; }
__device__ inline float clamped(float value, float bound) {  // NaN stays NaN
  return value > bound ? bound : value < -bound ? -bound : value;
}

}  // namespace nero_bench
