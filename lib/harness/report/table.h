#pragma once
#include <string>

#include "harness/analysis/summary.h"

namespace nero_bench {

// The summary for people, at most 80 columns: a block a task, a line an optimiser, a column a learning rate.
std::string summary_table(const Summary& summary);

// "test accuracy", "test loss at its best epoch".
std::string metric_title(const Selection& select);

}  // namespace nero_bench
