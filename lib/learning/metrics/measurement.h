#pragma once
#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace nero_bench {

// A sum over `count` samples of a quantity; the sum is a scalar on the device, so that measuring does not wait for it.
struct Measurement {
  std::string name;
  at::Tensor sum;  // float64 []
  std::int64_t count = 0;
};
using Measurements = std::vector<Measurement>;

// Adds up measurements of the same names.
class MeasurementSums {
 public:
  void add(const Measurements& measurements);
  std::vector<std::pair<std::string, double>> means() const;  // waits for the device
  bool all_finite() const;                                    // waits for the device
  at::Tensor total() const;  // of all sums, [] float64 on the device: not finite where one is not
  const Measurements& sums() const { return sums_; }
  void clear() { sums_.clear(); }

 private:
  Measurements sums_;
};

// The number of samples whose label's logit is among the five largest, [] float64. Of equal logits those of the lower
// classes count as larger; a NaN is never among them.
at::Tensor count_top5(const at::Tensor& logits, const at::Tensor& labels);

// Of logits [batch, classes] and labels [batch]: softmax cross-entropy and the number of samples whose largest logit is
// the label's. With NaN logits the arg-max is class 0.
struct Classification {
  at::Tensor loss;     // [] mean over the batch, differentiable
  at::Tensor correct;  // [] float64
};
Classification classify(const at::Tensor& logits, const at::Tensor& labels);

}  // namespace nero_bench
