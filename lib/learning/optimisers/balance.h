#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>

namespace nero_bench {

// The geometry of neurons. A neuron is a row of a tensor of two or more dimensions, [neurons, fan_in…]; in a tensor of
// fewer dimensions every element counts as one.
inline bool has_rows(const at::Tensor& parameter) { return parameter.dim() > 1; }
std::int64_t neuron_count(const at::Tensor& parameter);

// 2-norm of each neuron, [neurons, 1, …], ready to be broadcast over the rows; |x| where there are none.
at::Tensor neuron_norm(const at::Tensor& parameter);

struct Balance {
  bool mean = true;  // every row sums to zero
  bool norm = true;  // every row has unit 2-norm
};

// Subtracts the mean of each row, then divides each row by its 2-norm, in place. A row of equal entries has nothing
// left after centring but rounding errors: it is not divided (nor is a zero row). Returns which rows these were,
// [neurons, 1, …], all false without `norm`.
at::Tensor balance_rows(const at::Tensor& weight, const Balance& balance);

}  // namespace nero_bench
