#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

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

// Throws DataError naming file, offset and remedy where the set is missing or corrupt.
using LoadImages = std::function<ImageDataSet(const DataLocations&)>;

const Registry<LoadImages>& image_data_sets();
LoadImages parse_image_data_set(JsonReader& json);

}  // namespace nero_bench
