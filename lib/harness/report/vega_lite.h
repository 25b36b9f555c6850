#pragma once
#include "base/json.h"
#include "harness/report/report.h"

namespace nero_bench {

// The pictures of the report for other programs to draw or to restyle: a Vega-Lite specification (version 5) of one
// picture below the other, each with its data inline as {series, x, y, low, high, diverged}. Values that are not finite
// are null.
Json vega_lite(const ReportContent& content);

}  // namespace nero_bench
