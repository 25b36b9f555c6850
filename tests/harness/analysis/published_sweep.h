#pragma once
#include <vector>

#include "harness/fixtures.h"

namespace nero_bench {

// The sweep behind figure 3 right of arXiv 2102.07227 as this program would have recorded it: a config that selects by
// the final test accuracy, and a record a published run (results/published/mnist_100_layer.json).
struct PublishedSweep {
  ExperimentConfig config;
  std::vector<TrialRecord> records;
};

PublishedSweep published_deep_mlp();

}  // namespace nero_bench
