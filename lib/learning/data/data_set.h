#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "base/registry.h"
#include "learning/data/data_folders.h"
#include "learning/data/image_split.h"

namespace nero_bench {

struct ImageDataSet {
  std::shared_ptr<ImageSplit> train;
  std::shared_ptr<ImageSplit> test;
  std::int64_t classes = 0;
  std::optional<std::int64_t> skipped_images = std::nullopt;  // corrupt ones left out, where the config allows it
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
