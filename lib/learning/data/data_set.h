#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
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
};

// Loads a data set. Throws DataError naming file, offset and remedy where the set is missing or corrupt.
class LoadImages {
 public:
  LoadImages() = default;
  template <class Load>
  LoadImages(Load load, std::optional<std::int64_t> train_samples = std::nullopt)  // NOLINT: any function is one
      : load_(std::move(load)), train_samples_(train_samples) {}

  ImageDataSet operator()(const DataLocations& locations) const { return load_(locations); }
  const std::optional<std::int64_t>& train_samples() const { return train_samples_; }  // where known without the files

 private:
  std::function<ImageDataSet(const DataLocations&)> load_;
  std::optional<std::int64_t> train_samples_;
};

const Registry<LoadImages>& image_data_sets();
LoadImages parse_image_data_set(JsonReader& json);

}  // namespace nero_bench
