#include "learning/kernels/reference.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace nero_bench::reference {
namespace {

std::span<double> row(double* values, const Rows& rows, std::int64_t i) {
  return {values + i * rows.length, static_cast<std::size_t>(rows.length)};
}

double mean(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double norm(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value * value;
  return std::sqrt(sum);
}

void subtract_mean(std::span<double> values) {
  const double subtracted = mean(values);
  for (double& value : values) value -= subtracted;
}

// A row that is zero but for the rounding errors of `around`, the mean it once had, is left as it is.
void normalise(std::span<double> values, double around) {
  const double length = norm(values);
  const double vanishing = 8 * std::numeric_limits<float>::epsilon() * std::abs(around) * std::sqrt(values.size());
  if (length <= vanishing) return;
  for (double& value : values) value /= length;
}

void balance(std::span<double> values) {
  const double around = mean(values);
  subtract_mean(values);
  normalise(values, around);
}

double zero_where_nan(double value) { return std::isnan(value) ? 0 : value; }

}  // namespace

void nero(const NeroTensor<double>& tensor, const NeroStep& step) {
  const double correction = bias_correction(step.beta, tensor.steps);
  for (std::int64_t i = 0; i < tensor.rows.count; ++i) {
    const auto weight = row(tensor.weight, tensor.rows, i);
    const auto* gradient = tensor.gradient + i * tensor.rows.length;
    double& mean_square = tensor.mean_square[i];
    const double gradient_norm = norm({gradient, weight.size()});
    mean_square = step.beta * mean_square + (1 - step.beta) * gradient_norm * gradient_norm;
    const double root_mean_square = std::sqrt(mean_square / correction);
    for (std::size_t j = 0; j < weight.size(); ++j)
      weight[j] -= step.learning_rate * *tensor.scale * zero_where_nan(gradient[j] / root_mean_square);
    if (!tensor.has_rows) continue;
    const double around = step.constrain_mean ? mean(weight) : 0;
    if (step.constrain_mean) subtract_mean(weight);
    if (step.constrain_norm) normalise(weight, around);
  }
}

void sgd(const SgdTensor<double>& tensor, const SgdStep& step) {
  for (std::int64_t i = 0; i < tensor.rows.count * tensor.rows.length; ++i) {
    double direction = tensor.gradient[i] + step.weight_decay * tensor.weight[i];
    if (tensor.momentum != nullptr) {
      tensor.momentum[i] = step.momentum * tensor.momentum[i] + direction;
      direction = step.nesterov ? direction + step.momentum * tensor.momentum[i] : tensor.momentum[i];
    }
    tensor.weight[i] -= step.learning_rate * direction;
  }
}

void adam(const AdamTensor<double>& tensor, const AdamStep& step) {
  const double mean_correction = bias_correction(step.beta1, tensor.steps);
  const double root_correction = std::sqrt(bias_correction(step.beta2, tensor.steps));
  for (std::int64_t i = 0; i < tensor.rows.count * tensor.rows.length; ++i) {
    double gradient = tensor.gradient[i];
    double& weight = tensor.weight[i];
    if (step.decoupled) {
      weight -= step.learning_rate * step.weight_decay * weight;
    } else {
      gradient += step.weight_decay * weight;
    }
    double& mean = tensor.mean[i];
    double& mean_square = tensor.mean_square[i];
    mean = step.beta1 * mean + (1 - step.beta1) * gradient;
    mean_square = step.beta2 * mean_square + (1 - step.beta2) * gradient * gradient;
    const double root_mean_square = std::sqrt(mean_square) / root_correction;
    weight -= step.learning_rate * mean / mean_correction / (root_mean_square + step.epsilon);
  }
}

void lamb(const LambTensor<double>& tensor, const LambStep& step) {
  const double mean_correction = step.bias_correction ? bias_correction(step.beta1, tensor.steps) : 1;
  const double mean_square_correction = step.bias_correction ? bias_correction(step.beta2, tensor.steps) : 1;
  const auto elements = static_cast<std::size_t>(tensor.rows.count * tensor.rows.length);
  std::vector<double> direction(elements);
  for (std::size_t i = 0; i < elements; ++i) {
    const double gradient = tensor.gradient[i];
    tensor.mean[i] = step.beta1 * tensor.mean[i] + (1 - step.beta1) * gradient;
    tensor.mean_square[i] = step.beta2 * tensor.mean_square[i] + (1 - step.beta2) * gradient * gradient;
    const double root_mean_square = std::sqrt(tensor.mean_square[i] / mean_square_correction);
    direction[i] =
        tensor.mean[i] / mean_correction / (root_mean_square + step.epsilon) + step.weight_decay * tensor.weight[i];
  }
  double weight_norm = norm({tensor.weight, elements});
  if (step.weight_norm_clamp > 0) weight_norm = std::min(weight_norm, step.weight_norm_clamp);
  const double direction_norm = norm(direction);
  const double trust_ratio = weight_norm == 0 || direction_norm == 0 ? 1 : weight_norm / direction_norm;
  for (std::size_t i = 0; i < elements; ++i) tensor.weight[i] -= step.learning_rate * trust_ratio * direction[i];
  if (!tensor.balance) return;
  for (std::int64_t i = 0; i < tensor.rows.count; ++i) balance(row(tensor.weight, tensor.rows, i));
}

void madam(const MadamTensor<double>& tensor, const MadamStep& step) {
  const double correction = bias_correction(step.beta, tensor.steps);
  for (std::int64_t i = 0; i < tensor.rows.count * tensor.rows.length; ++i) {
    const double gradient = tensor.gradient[i];
    tensor.mean_square[i] = step.beta * tensor.mean_square[i] + (1 - step.beta) * gradient * gradient;
    const double root_mean_square = std::sqrt(tensor.mean_square[i] / correction);
    const double direction = std::clamp(zero_where_nan(gradient / root_mean_square), -step.g_bound, step.g_bound);
    double& weight = tensor.weight[i];
    const double sign = weight > 0 ? 1 : weight < 0 ? -1 : 0;
    weight = std::clamp(weight * std::exp(-step.learning_rate * direction * sign), -tensor.bound, tensor.bound);
  }
  if (!tensor.balance) return;
  for (std::int64_t i = 0; i < tensor.rows.count; ++i) balance(row(tensor.weight, tensor.rows, i));
}

}  // namespace nero_bench::reference
