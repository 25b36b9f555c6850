#pragma once
#include "learning/data/data_set.h"

namespace nero_bench {

// Options of the made-up data set: every class is a Gaussian around a random centre of unit variance.
struct SyntheticOptions {
  std::int64_t classes = 10;
  std::int64_t channels = 1;
  std::int64_t side = 8;  // height and width
  std::int64_t train_samples = 1000;
  std::int64_t test_samples = 500;
  double noise = 1.0;     // standard deviation around the centre
  std::int64_t seed = 0;  // of the data, the same for every trial seed
};

LoadImages parse_synthetic(JsonReader& json);

}  // namespace nero_bench
