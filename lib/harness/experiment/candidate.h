#pragma once
#include <vector>

#include "harness/experiment/axes.h"

namespace nero_bench {

// What a search chooses between: a learning rate and, where more than the rate is searched, the other settings of that
// point.
struct Candidate {
  double learning_rate = 0;
  std::vector<Setting> settings;
};

}  // namespace nero_bench
