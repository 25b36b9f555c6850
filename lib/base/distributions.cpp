#include "base/distributions.h"

#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/tools/toms748_solve.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

namespace nero_bench {
namespace {

void check_probability(double probability) {
  if (!(probability > 0 && probability < 1))
    throw std::invalid_argument("a quantile needs a probability between 0 and 1");
}

// A square matrix with a power of ten apart, so that high powers of it neither overflow nor vanish.
struct ScaledMatrix {
  std::size_t size = 0;
  std::vector<double> values;
  int exponent = 0;

  double& at(std::size_t row, std::size_t column) { return values[row * size + column]; }
  double at(std::size_t row, std::size_t column) const { return values[row * size + column]; }
};

ScaledMatrix product(const ScaledMatrix& a, const ScaledMatrix& b) {
  ScaledMatrix result{a.size, std::vector<double>(a.values.size()), a.exponent + b.exponent};
  for (std::size_t i = 0; i < a.size; ++i) {
    for (std::size_t k = 0; k < a.size; ++k) {
      for (std::size_t j = 0; j < a.size; ++j) result.at(i, j) += a.at(i, k) * b.at(k, j);
    }
  }
  if (result.at(a.size / 2, a.size / 2) > 1e140) {
    for (auto& value : result.values) value *= 1e-140;
    result.exponent += 140;
  }
  return result;
}

ScaledMatrix power(const ScaledMatrix& base, std::size_t exponent) {
  if (exponent == 1) return base;
  const auto half = power(base, exponent / 2);
  const auto square = product(half, half);
  return exponent % 2 == 0 ? square : product(base, square);
}

// Marsaglia, Tsang & Wang's H for distance · count = k − h: ones on and below the first upper diagonal, corrected at
// the border, each divided by a factorial.
ScaledMatrix durbin_matrix(std::size_t k, double h) {
  const std::size_t size = 2 * k - 1;
  ScaledMatrix matrix{size, std::vector<double>(size * size), 0};
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j < size; ++j) matrix.at(i, j) = i + 1 >= j ? 1 : 0;
  }
  for (std::size_t i = 0; i < size; ++i) {
    matrix.at(i, 0) -= std::pow(h, static_cast<double>(i + 1));
    matrix.at(size - 1, i) -= std::pow(h, static_cast<double>(size - i));
  }
  matrix.at(size - 1, 0) += h > 0.5 ? std::pow(2 * h - 1, static_cast<double>(size)) : 0;
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j < std::min(i + 1, size); ++j) {
      for (std::size_t factor = 1; factor <= i - j + 1; ++factor) matrix.at(i, j) /= static_cast<double>(factor);
    }
  }
  return matrix;
}

}  // namespace

double student_cdf(double t, double degrees) {
  return boost::math::cdf(boost::math::students_t_distribution<double>(degrees), t);
}

double student_quantile(double probability, double degrees) {
  check_probability(probability);
  return boost::math::quantile(boost::math::students_t_distribution<double>(degrees), probability);
}

double normal_cdf(double z) { return boost::math::cdf(boost::math::normal_distribution<double>(), z); }

double normal_quantile(double probability) {
  check_probability(probability);
  return boost::math::quantile(boost::math::normal_distribution<double>(), probability);
}

double kolmogorov_cdf(double distance, std::size_t count) {
  const auto n = static_cast<double>(count);
  if (count == 0 || distance >= 1) return 1;
  if (distance * n <= 0.5) return 0;
  const auto k = static_cast<std::size_t>(n * distance) + 1;
  auto result = power(durbin_matrix(k, static_cast<double>(k) - n * distance), count);
  double probability = result.at(k - 1, k - 1);
  for (std::size_t i = 1; i <= count; ++i) {
    probability *= static_cast<double>(i) / n;
    if (probability < 1e-140) {
      probability *= 1e140;
      result.exponent -= 140;
    }
  }
  return std::clamp(probability * std::pow(10.0, result.exponent), 0.0, 1.0);
}

double kolmogorov_quantile(double probability, std::size_t count) {
  check_probability(probability);
  if (count == 0) throw std::invalid_argument("Kolmogorov's distance needs draws");
  std::uintmax_t steps = 200;
  const auto excess = [&](double distance) { return kolmogorov_cdf(distance, count) - probability; };
  const auto [low, high] = boost::math::tools::toms748_solve(excess, 0.5 / static_cast<double>(count), 1.0,
                                                             boost::math::tools::eps_tolerance<double>(50), steps);
  return (low + high) / 2;
}

}  // namespace nero_bench
