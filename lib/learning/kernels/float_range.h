#pragma once

// Where sums and squares in float32 stop being good for Nero's step and for balanced rows; the same limits on every
// processor.
namespace nero_bench {

constexpr double kTrustedCancellation = 4;  // how many times smaller than its terms a sum may be
constexpr double kTrustedSquare = 1e-30;    // smaller ones may have lost digits to underflow
constexpr double kFloatEpsilon = 1.1920929e-7;
constexpr float kLargestFloat = 3.40282347e38F;

// Squares of gradients beyond these leave the range of a float: such rows are stepped in double.
constexpr double kSmallestSquare = 1e-30;
constexpr double kLargestSquare = 1e38;

}  // namespace nero_bench
