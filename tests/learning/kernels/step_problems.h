// What every implementation of the steps must pass, beside the plain reference in double: the processor's kernels are
// functions of one work item, the GPU's of all tensors, so `run(tensor, step)` says how to make one step of one tensor
// that lies in host memory.
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "learning/kernels/nero_cases.h"
#include "learning/kernels/reference.h"

namespace nero_bench {

using Floats = std::vector<float>;
using Doubles = std::vector<double>;

inline Floats random_floats(Rows rows, std::uint64_t seed, float spread = 1) {
  std::mt19937_64 random(seed);
  std::normal_distribution<float> normal(0, spread);
  Floats values(static_cast<std::size_t>(rows.count * rows.length));
  for (float& value : values) value = normal(random);
  return values;
}

inline Floats squares(Floats values) {
  for (float& value : values) value *= value;
  return values;
}

inline Doubles doubles(const Floats& values) { return {values.begin(), values.end()}; }

// Within 1e-6 of the largest finite value; what is not finite must be the same: NaN, or the infinity of that sign.
inline void expect_close(const Floats& actual, const Doubles& expected, const std::string& what) {
  double largest = 1e-30;
  for (const double value : expected) {
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  }
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (std::isfinite(expected[i])) {
      ASSERT_NEAR(actual[i], expected[i], 1e-6 * largest) << what << ", element " << i;
    } else {
      ASSERT_TRUE(actual[i] == expected[i] || (std::isnan(actual[i]) && std::isnan(expected[i])))
          << what << ", element " << i << ": " << actual[i] << " for " << expected[i];
    }
  }
}

// A tensor before a step.
struct StepProblem {
  explicit StepProblem(Rows rows)
      : weight(random_floats(rows, 1, 0.1F)),
        gradient(random_floats(rows, 2)),
        mean(random_floats(rows, 3, 0.1F)),
        mean_square(squares(random_floats(rows, 4))) {}

  Floats weight, gradient, mean, mean_square;
};

constexpr double kSteps = 3;

template <class Run>
void expect_sgd_steps(const Run& run, Rows rows) {
  for (const bool nesterov : {false, true}) {
    for (const bool with_momentum : {false, true}) {
      const SgdStep step{0.1, 0.9, nesterov && with_momentum, 0.01};
      auto [weight, gradient, momentum, unused] = StepProblem(rows);
      auto expected = doubles(weight), expected_momentum = doubles(momentum);
      const auto exact_gradient = doubles(gradient);
      run(SgdTensor<float>{weight.data(), gradient.data(), with_momentum ? momentum.data() : nullptr, rows}, step);
      reference::sgd({expected.data(), exact_gradient.data(), with_momentum ? expected_momentum.data() : nullptr, rows},
                     step);
      expect_close(weight, expected, "weight");
      expect_close(momentum, expected_momentum, "momentum");
    }
  }
}

template <class Run>
void expect_adam_steps(const Run& run, Rows rows) {
  for (const bool decoupled : {false, true}) {
    const AdamStep step{0.01, 0.9, 0.999, 1e-8, 0.1, decoupled};
    auto [weight, gradient, mean, mean_square] = StepProblem(rows);
    auto expected = doubles(weight), expected_mean = doubles(mean), expected_square = doubles(mean_square);
    const auto exact_gradient = doubles(gradient);
    run(AdamTensor<float>{weight.data(), gradient.data(), mean.data(), mean_square.data(), rows, kSteps}, step);
    reference::adam(
        {expected.data(), exact_gradient.data(), expected_mean.data(), expected_square.data(), rows, kSteps}, step);
    expect_close(weight, expected, "weight");
    expect_close(mean, expected_mean, "mean");
    expect_close(mean_square, expected_square, "mean square");
  }
}

template <class Run>
void expect_lamb_steps(const Run& run, Rows rows) {
  for (const bool balance : {false, true}) {
    for (const double clamp : {0.0, 0.5}) {
      const LambStep step{0.01, 0.9, 0.999, 1e-6, 0.1, clamp, /*bias_correction=*/balance};
      auto [weight, gradient, mean, mean_square] = StepProblem(rows);
      auto expected = doubles(weight), expected_mean = doubles(mean), expected_square = doubles(mean_square);
      const auto exact_gradient = doubles(gradient);
      Floats diagnostics(3);
      run(LambTensor<float>{weight.data(), gradient.data(), mean.data(), mean_square.data(), diagnostics.data(), rows,
                            balance, kSteps},
          step);
      reference::lamb({expected.data(), exact_gradient.data(), expected_mean.data(), expected_square.data(), nullptr,
                       rows, balance, kSteps},
                      step);
      expect_close(weight, expected, "weight");
      expect_close(mean, expected_mean, "mean");
      expect_close(mean_square, expected_square, "mean square");
      EXPECT_FLOAT_EQ(diagnostics[2], diagnostics[0] / diagnostics[1]);
      if (clamp > 0) {
        EXPECT_EQ(diagnostics[0], 0.5F);
      }
    }
  }
}

template <class Run>
void expect_madam_steps(const Run& run, Rows rows) {
  for (const double rate : {0.01, 1.0, 8.0, 40.0}) {  // with the bound on the gradient exponents up to ± 400
    for (const bool balance : {false, true}) {
      const MadamStep step{rate, 0.999, 10};
      auto [weight, gradient, unused, mean_square] = StepProblem(rows);
      weight[5] = 0;
      mean_square[6] = 0, gradient[6] = 0;  // 0/0
      auto expected = doubles(weight), expected_square = doubles(mean_square);
      const auto exact_gradient = doubles(gradient);
      run(MadamTensor<float>{weight.data(), gradient.data(), mean_square.data(), rows, 0.3, balance, kSteps}, step);
      reference::madam({expected.data(), exact_gradient.data(), expected_square.data(), rows, 0.3, balance, kSteps},
                       step);
      // An exponent of 80 has lost 7 bits behind the point; what is tiny because of it is compared with the largest.
      expect_close(weight, expected, "weight at rate " + std::to_string(rate));
      expect_close(mean_square, expected_square, "mean square");
      if (!balance) {
        EXPECT_EQ(weight[5], 0);
      }
    }
  }
}

constexpr NeroStep kNeroStep{0.1, kBeta, true, true};

struct NeroRun {
  Floats weight;
  Floats mean_square;
};

template <class Run>
NeroRun nero(const Run& run, Floats weight, const Floats& gradient, Rows rows, bool has_rows = true) {
  NeroRun result{std::move(weight), Floats(static_cast<std::size_t>(rows.count), 0)};
  const float scale = 1;
  run(NeroTensor<float>{result.weight.data(), gradient.data(), result.mean_square.data(), &scale, rows, has_rows, 1},
      kNeroStep);
  return result;
}

template <class Run>
void expect_nero_steps_of_elements(const Run& run, Rows rows) {
  const Rows elements{rows.count * rows.length, 1};
  const StepProblem problem(rows);
  const auto result = nero(run, problem.weight, problem.gradient, elements, /*has_rows=*/false);
  auto expected = doubles(problem.weight), mean_square = Doubles(expected.size(), 0);
  const auto gradient = doubles(problem.gradient);
  const double scale = 1;
  reference::nero({expected.data(), gradient.data(), mean_square.data(), &scale, elements, false, 1}, kNeroStep);
  expect_close(result.weight, expected, "weight");
  expect_close(result.mean_square, mean_square, "mean square");
}

inline double norm_of_row(const Floats& weight, Rows rows, std::int64_t row) {
  double sum = 0;
  for (std::int64_t i = 0; i < rows.length; ++i)
    sum += std::pow(static_cast<double>(weight[static_cast<std::size_t>(row * rows.length + i)]), 2);
  return std::sqrt(sum);
}

// Gradients that are zero, NaN, infinite, or whose squares are: the row is balanced as it stands, and its average says
// why.
template <class Run>
void expect_nero_only_balances(const Run& run, Rows rows) {
  const auto length = static_cast<std::size_t>(rows.length);
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  StepProblem problem(rows);
  const auto still =
      nero(run, problem.weight, Floats(problem.weight.size(), 0.F), rows);  // what balancing alone makes of it
  struct Kind {
    float gradient;
    bool everywhere;
    float average;
  };
  for (const Kind kind : {Kind{0, true, 0}, Kind{std::nanf(""), false, std::nanf("")},
                          Kind{kInfinity, false, kInfinity}, Kind{1e25F, true, kInfinity}}) {
    auto gradient = problem.gradient;
    std::fill_n(gradient.begin() + 4, kind.everywhere ? length - 4 : 1, kind.gradient);
    if (kind.everywhere) std::fill_n(gradient.begin(), 4, kind.gradient);
    const auto result = nero(run, problem.weight, gradient, rows);
    EXPECT_NEAR(norm_of_row(result.weight, rows, 0), 1, 5e-7);
    for (std::size_t i = 0; i < length; ++i) ASSERT_EQ(result.weight[i], still.weight[i]) << kind.gradient;
    if (std::isnan(kind.average)) {
      EXPECT_TRUE(std::isnan(result.mean_square[0]));
    } else {
      EXPECT_EQ(result.mean_square[0], kind.average);
    }
    EXPECT_NE(result.weight[length], still.weight[length]) << "the next row has a gradient";
  }
}

// Twice the error of the processor's portable kernels, or 4e-7.
template <class Run>
void expect_nero_accuracy(const Run& run, const NeroCase& the_case, Rows rows, const NeroStep& step) {
  SCOPED_TRACE(the_case.name + ", rows of " + std::to_string(rows.length) + ", rate " +
               std::to_string(step.learning_rate));
  const auto problem = the_case.make(rows, step.learning_rate);
  const auto exact = exact_step(problem, step);
  const double allowed = 2 * error_of(step_with(*available_step_kernels().front(), problem, step), exact, rows);
  auto weight = problem.weight, mean_square = problem.mean_square;
  const float scale = 1;
  run(NeroTensor<float>{weight.data(), problem.gradient.data(), mean_square.data(), &scale, rows, true, problem.steps},
      step);
  EXPECT_LE(error_of(weight, exact, rows), std::max(allowed, 4e-7));
  if (step.constrain_mean && step.constrain_norm) expect_balanced(weight, rows);
}

// With one constraint or none. Without a norm all that is left of rows that cancel is error.
template <class Run>
void expect_nero_accuracy_without_constraints(const Run& run, const NeroCase& the_case, Rows rows) {
  expect_nero_accuracy(run, the_case, rows, {0.01, kBeta, false, true});
  if (the_case.name == "weight_almost_parallel_to_the_step") return;
  expect_nero_accuracy(run, the_case, rows, {0.01, kBeta, true, false});
  expect_nero_accuracy(run, the_case, rows, {0.01, kBeta, false, false});
}

// Rows of equal entries, and of one, have nothing left when they are centred, and are not divided.
template <class Run>
void expect_equal_entries_not_divided(const Run& run) {
  const Rows rows{7, 83};
  const Floats equal(7 * 83, 0.3F);
  for (const float value : nero(run, equal, Floats(7 * 83, 0.F), rows).weight) EXPECT_NEAR(value, 0, 1e-7);
  EXPECT_EQ(nero(run, {0.5F, -2.F}, {1.F, 1.F}, {2, 1}).weight, (Floats{0, 0}));
}

}  // namespace nero_bench
