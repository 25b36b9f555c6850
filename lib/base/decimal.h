#pragma once

namespace nero_bench {

// The double nearest to `value` written with `digits` significant digits.
double rounded(double value, int digits);

}  // namespace nero_bench
