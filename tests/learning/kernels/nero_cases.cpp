#include "learning/kernels/nero_cases.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "learning/kernels/reference.h"

namespace nero_bench {
namespace {

using Floats = std::vector<float>;

constexpr double kManySteps = 1e6;  // no bias correction to speak of

template <class Values>
auto row_of(Values& values, Rows rows, std::int64_t row) {
  return std::span(values).subspan(static_cast<std::size_t>(row * rows.length), static_cast<std::size_t>(rows.length));
}

template <class Values>
double norm(const Values& values) {
  double sum = 0;
  for (const double value : values) sum += value * value;
  return std::sqrt(sum);
}

Floats normal(Rows rows, std::uint64_t seed, double spread = 1, double mean = 0) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> draw(mean, spread);
  Floats values(static_cast<std::size_t>(rows.count * rows.length));
  for (float& value : values) value = static_cast<float>(draw(random));
  return values;
}

// Rows with zero mean and unit norm.
Floats balanced(Floats values, Rows rows) {
  for (std::int64_t i = 0; i < rows.count; ++i) {
    const auto row = row_of(values, rows, i);
    double mean = 0;
    for (const double value : row) mean += value / static_cast<double>(rows.length);
    std::vector<double> centred;
    for (const double value : row) centred.push_back(value - mean);
    const double length = norm(centred);
    for (std::size_t j = 0; j < row.size(); ++j) row[j] = static_cast<float>(centred[j] / length);
  }
  return values;
}

Floats balanced_normal(Rows rows, std::uint64_t seed) { return balanced(normal(rows, seed), rows); }

// A moving average that makes the step turn every row by `times` the learning rate.
NeroProblem settled(Rows rows, Floats weight, Floats gradient, double times = 1) {
  NeroProblem problem{rows, std::move(weight), std::move(gradient), {}, kManySteps};
  for (std::int64_t i = 0; i < rows.count; ++i) {
    const double length = norm(row_of(problem.gradient, rows, i));
    problem.mean_square.push_back(static_cast<float>(length * length / (times * times)));
  }
  return problem;
}

NeroProblem first_step(Rows rows, Floats weight, Floats gradient) {
  return {rows, std::move(weight), std::move(gradient), Floats(static_cast<std::size_t>(rows.count), 0.F), 1};
}

// κ up to 2e6.
NeroProblem weight_almost_parallel_to_the_step(Rows rows, double rate) {
  const auto weight = balanced_normal(rows, 9);
  auto gradient = balanced_normal(rows, 10);
  for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] = weight[i] + gradient[i] * 1.4e-3F;
  return settled(rows, weight, gradient, 1 / rate);
}

std::vector<double> doubles(const Floats& values) { return {values.begin(), values.end()}; }

}  // namespace

std::vector<NeroCase> nero_cases() {
  return {
      {"random", [](Rows rows, double) { return settled(rows, balanced_normal(rows, 1), normal(rows, 2)); }},
      {"first_step", [](Rows rows, double) { return first_step(rows, balanced_normal(rows, 3), normal(rows, 4)); }},
      {"gradient_with_strong_mean",
       [](Rows rows, double) { return settled(rows, balanced_normal(rows, 5), normal(rows, 6, 1, 30)); }},
      {"spike",  // a row that had no gradient before
       [](Rows rows, double) { return settled(rows, balanced_normal(rows, 8), normal(rows, 7), 31.6); }},
      {"weight_almost_parallel_to_the_step", weight_almost_parallel_to_the_step},
      {"rows_that_were_never_projected",
       [](Rows rows, double) { return settled(rows, normal(rows, 11, 0.5, 3), normal(rows, 12)); }},
      {"tiny_first_step",
       [](Rows rows, double) { return first_step(rows, balanced_normal(rows, 15), normal(rows, 16, 1e-21)); }, true},
      {"tiny_gradient",
       [](Rows rows, double) { return settled(rows, balanced_normal(rows, 14), normal(rows, 13, 1e-21)); }, true},
      {"first_step_of_subnormals",
       [](Rows rows, double) { return first_step(rows, balanced_normal(rows, 17), normal(rows, 18, 1e-39)); }, true},
  };
}

std::vector<double> exact_step(const NeroProblem& problem, const NeroStep& step) {
  auto weight = doubles(problem.weight);
  const auto gradient = doubles(problem.gradient);
  auto mean_square = doubles(problem.mean_square);
  const double scale = 1;
  reference::nero({weight.data(), gradient.data(), mean_square.data(), &scale, problem.rows, true, problem.steps},
                  step);
  return weight;
}

std::vector<float> step_with(const StepKernels& kernels, const NeroProblem& problem, const NeroStep& step) {
  auto weight = problem.weight;
  auto mean_square = problem.mean_square;
  const float scale = 1;
  kernels.nero({weight.data(), problem.gradient.data(), mean_square.data(), &scale, problem.rows, true, problem.steps},
               step, {0, 0, problem.rows.count});
  return weight;
}

double error_of(const std::vector<float>& weight, const std::vector<double>& exact, Rows rows) {
  double largest = 0;
  for (std::int64_t i = 0; i < rows.count; ++i) {
    const auto row = row_of(weight, rows, i);
    const auto exact_row = row_of(exact, rows, i);
    std::vector<double> difference;
    for (std::size_t j = 0; j < row.size(); ++j) difference.push_back(row[j] - exact_row[j]);
    const double error = norm(difference) / std::max(norm(exact_row), 1e-300);
    if (std::isnan(error)) return error;
    largest = std::max(largest, error);
  }
  return largest;
}

void expect_balanced(const std::vector<float>& weight, Rows rows) {
  for (std::int64_t i = 0; i < rows.count; ++i) {
    const auto row = row_of(weight, rows, i);
    double sum = 0;
    for (const double value : row) sum += value;
    ASSERT_NEAR(norm(row), 1, 5e-7) << "row " << i;
    ASSERT_NEAR(sum / std::sqrt(static_cast<double>(rows.length)), 0, 1e-6) << "row " << i;
  }
}

}  // namespace nero_bench
