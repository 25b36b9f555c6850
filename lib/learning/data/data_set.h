#pragma once
#include <ATen/core/Tensor.h>

#include <functional>
#include <string>
#include <vector>

#include "base/registry.h"

namespace nero_bench {

// Images and their classes; both on the CPU.
struct Examples {
  at::Tensor inputs;  // float32 [samples, channels, height, width], standardised
  at::Tensor labels;  // int64 [samples]

  std::int64_t size() const { return labels.size(0); }
};

struct ImageDataSet {
  Examples train;
  Examples test;
  std::int64_t classes = 0;
};

// Where data sets are looked for: the folder a user named (empty if none), then $NERO_BENCH_DATA, then
// $XDG_DATA_HOME/nero-bench (~/.local/share/nero-bench), and last where a Debian package puts the set.
struct DataLocations {
  std::string data_dir;
  std::string cache_dir = {};  // of the decoded data (data_cache.h); "none" for no cache
};

// Throws DataError naming file, offset and remedy where the set is missing or corrupt.
using LoadImages = std::function<ImageDataSet(const DataLocations&)>;

const Registry<LoadImages>& image_data_sets();
LoadImages parse_image_data_set(JsonReader& json);

}  // namespace nero_bench
