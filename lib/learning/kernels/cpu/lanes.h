// Several floats side by side, as many as a register of the instruction set that this file is compiled for holds.
// Included by cpu/step_kernels.cpp alone, inside the namespace of that instruction set: whatever is inline here has as
// many versions as there are sets, and must not be merged by the linker.
#pragma once
#ifndef NERO_BENCH_INSTRUCTION_SET
#error "include this from cpu/step_kernels.cpp only"
#endif

#if defined(__AVX512F__)
constexpr std::int64_t kLanes = 16;
#elif defined(__AVX2__)
constexpr std::int64_t kLanes = 8;
#else
constexpr std::int64_t kLanes = 4;
#endif

typedef float Lanes __attribute__((vector_size(kLanes * sizeof(float))));
typedef std::int32_t IntegerLanes __attribute__((vector_size(kLanes * sizeof(float))));

// T is Lanes or, for what is left over at the end, float. a * b + c is one rounding where the set has it
// (-ffp-contract=fast).
template <class T>
T load(const float* from) {
  typedef T Unaligned __attribute__((aligned(alignof(float)), may_alias));
  return *reinterpret_cast<const Unaligned*>(from);
}

template <class T>
void store(float* to, T values) {
  typedef T Unaligned __attribute__((aligned(alignof(float)), may_alias));
  *reinterpret_cast<Unaligned*>(to) = values;
}

template <class T>
T all(float value) {
  return T{} + value;
}

inline float root(float value) { return __builtin_sqrtf(value); }
inline Lanes root(Lanes values) {
#if defined(__AVX512F__)
  return _mm512_maskz_sqrt_ps(0xFFFF, values);  // _mm512_sqrt_ps makes GCC 12 warn of its own header
#elif defined(__AVX2__)
  return _mm256_sqrt_ps(values);
#else
  for (std::int64_t i = 0; i < kLanes; ++i) values[i] = root(values[i]);
  return values;
#endif
}

template <class T>
T zero_where_nan(T values) {
  return values == values ? values : T{};
}

// NaN stays NaN.
template <class T>
T clamp(T values, float bound) {
  values = values > bound ? all<T>(bound) : values;
  return values < -bound ? all<T>(-bound) : values;
}

inline float power_of_two(float exponent) {
  return __builtin_bit_cast(float, (static_cast<std::int32_t>(exponent) + 127) << 23);
}
inline Lanes power_of_two(Lanes exponents) {
  return __builtin_bit_cast(Lanes, (__builtin_convertvector(exponents, IntegerLanes) + 127) << 23);
}

// e to the x within 2 units in the last place; x is cut off at ± 87, where a float ends.
template <class T>
T exponential(T x) {
  constexpr float kLog2E = 1.44269504088896341F;
  constexpr float kLn2High = 0.693145751953125F;  // few digits: its products with small integers are exact
  constexpr float kLn2Low = 1.42860682030941723e-6F;
  constexpr float kToNearest = 12582912.F;  // 1.5 · 2²³: adding it leaves no digits behind the point
  x = clamp(x, 87.F);
  const T halvings = (x * kLog2E + kToNearest) - kToNearest;
  const T r = (x - halvings * kLn2High) - halvings * kLn2Low;  // |r| ≤ ln 2 / 2
  T series = all<T>(1.F / 5040);                               // Taylor: the next term is below 6e-9
  constexpr float kCoefficients[] = {1.F / 720, 1.F / 120, 1.F / 24, 1.F / 6, 0.5F, 1.F, 1.F};
  for (const float coefficient : kCoefficients) series = series * r + coefficient;
  return series * power_of_two(halvings);
}

inline double sum(float value) { return static_cast<double>(value); }
inline double sum(Lanes values) {
  typedef float Half __attribute__((vector_size(kLanes / 2 * sizeof(float))));
  typedef double Doubles __attribute__((vector_size(kLanes / 2 * sizeof(double))));
  Half halves[2];
  __builtin_memcpy(halves, &values, sizeof values);
  const Doubles doubles = __builtin_convertvector(halves[0], Doubles) + __builtin_convertvector(halves[1], Doubles);
  double total = 0;
  for (std::int64_t i = 0; i < kLanes / 2; ++i) total += doubles[i];
  return total;
}

// Calls body(T{}, i) for elements [i, i + lanes of T): blocks of lanes first, then one by one. Always inlined, so that
// what the body captures stays in registers.
template <class Body>
[[gnu::always_inline]] inline void for_lanes(std::int64_t first, std::int64_t last, const Body& body) {
  std::int64_t i = first;
#pragma GCC unroll 4
  for (; i + kLanes <= last; i += kLanes) body(Lanes{}, i);
  for (; i < last; ++i) body(float{}, i);
}

constexpr std::int64_t kBlock = 1024;  // elements that are summed in float before doubles take over

// Sums over `length` elements: add(accumulators, i) takes those at i into Accumulators<Lanes> or Accumulators<float>,
// total(accumulators) takes these over. Two of them take turns, because an addition waits for the one before; before(i)
// is called once for each pair.
template <template <class> class Accumulators, class Add, class Total, class Before>
[[gnu::always_inline]] inline void for_blocks(std::int64_t length, const Add& add, const Total& total,
                                              const Before& before) {
  std::int64_t i = 0;
  while (i + kLanes <= length) {
    Accumulators<Lanes> even, odd;
    const std::int64_t last = length - i < kBlock ? length : i + kBlock;
    for (; i + 2 * kLanes <= last; i += 2 * kLanes) {
      before(i);
      add(even, i);
      add(odd, i + kLanes);
    }
    if (i + kLanes <= last) {
      before(i);
      add(even, i);
      i += kLanes;
    }
    even.merge(odd);
    total(even);
  }
  Accumulators<float> rest;
  for (; i < length; ++i) add(rest, i);
  total(rest);
}

template <template <class> class Accumulators, class Add, class Total>
[[gnu::always_inline]] inline void for_blocks(std::int64_t length, const Add& add, const Total& total) {
  for_blocks<Accumulators>(length, add, total, [](std::int64_t) {});
}
