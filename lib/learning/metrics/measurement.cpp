#include "learning/metrics/measurement.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/cross_entropy_loss.h>

#include <cmath>
#include <stdexcept>

namespace nero_bench {

void MeasurementSums::add(const Measurements& measurements) {
  if (sums_.empty()) {
    sums_ = measurements;
    return;
  }
  for (std::size_t i = 0; i < sums_.size(); ++i) {
    if (sums_[i].name != measurements.at(i).name)
      throw std::logic_error("measurements of different names: " + sums_[i].name);
    sums_[i].sum = sums_[i].sum + measurements[i].sum;
    sums_[i].count += measurements[i].count;
  }
}

std::vector<std::pair<std::string, double>> MeasurementSums::means() const {
  std::vector<std::pair<std::string, double>> means;
  for (const auto& [name, sum, count] : sums_)
    means.emplace_back(name, sum.item<double>() / static_cast<double>(count));
  return means;
}

bool MeasurementSums::all_finite() const {
  for (const auto& measurement : sums_) {
    if (!std::isfinite(measurement.sum.item<double>())) return false;
  }
  return true;
}

at::Tensor MeasurementSums::total() const {
  at::Tensor total = sums_.at(0).sum;
  for (std::size_t i = 1; i < sums_.size(); ++i) total = total + sums_[i].sum;
  return total;
}

at::Tensor count_top5(const at::Tensor& logits, const at::Tensor& labels) {
  const auto values = logits.detach();
  const auto own_class = labels.unsqueeze(1);
  const auto own = values.gather(1, own_class);
  const auto classes = at::arange(values.size(1), labels.options());
  const auto smaller = values.lt(own).logical_or_(values.eq(own).logical_and_(classes.ge(own_class)));  // or the same
  return smaller.sum(1)
      .gt(values.size(1) - 5)
      .logical_and_(own.squeeze(1).isnan().logical_not_())
      .sum()
      .to(at::kDouble);
}

Classification classify(const at::Tensor& logits, const at::Tensor& labels) {
  return {at::cross_entropy_loss(logits, labels), logits.detach().argmax(1).eq(labels).sum().to(at::kDouble)};
}

}  // namespace nero_bench
