#pragma once
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "learning/kernels/step_kernels.h"

namespace nero_bench {

// Rows before a step of Nero: weights, gradients, moving averages, all float32, and the number of the step.
struct NeroProblem {
  Rows rows;
  std::vector<float> weight;
  std::vector<float> gradient;
  std::vector<float> mean_square;  // [rows.count]
  double steps = 1;
};

// Where a step in one pass may lose digits, and where any step is hard.
struct NeroCase {
  std::string name;
  std::function<NeroProblem(Rows, double rate)> make;
  bool plain_floats_fail = false;  // squares leave their range: nothing to compare a kernel with but the exact step
};

std::vector<NeroCase> nero_cases();

// For GoogleTest's messages.
inline void PrintTo(const NeroCase& the_case, std::ostream* out) { *out << the_case.name; }
inline void PrintTo(const Rows& rows, std::ostream* out) { *out << rows.count << "x" << rows.length; }

constexpr double kBeta = 0.999;

// The weights after the step, as nearly exact as doubles are.
std::vector<double> exact_step(const NeroProblem& problem, const NeroStep& step);

// The same step with kernels of the processor.
std::vector<float> step_with(const StepKernels& kernels, const NeroProblem& problem, const NeroStep& step);

// The largest distance of a row from the exact one, relative to its norm.
double error_of(const std::vector<float>& weight, const std::vector<double>& exact, Rows rows);

// |‖w‖ − 1| ≤ 5e-7 and |Σw|/√n ≤ 1e-6 for every row.
void expect_balanced(const std::vector<float>& weight, Rows rows);

}  // namespace nero_bench
