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
  std::shared_ptr<ImageSplit> validation = nullptr;           // held out of the training images, where the config asks
};

// Loads a data set. Throws DataError naming file, offset and remedy where the set is missing or corrupt, and
// StopRequested.
class LoadImages {
 public:
  LoadImages() = default;
  template <class Load>
  LoadImages(Load load, std::optional<std::int64_t> train_samples = std::nullopt,  // NOLINT: any function is one
             bool has_validation = false)
      : load_(std::move(load)), train_samples_(train_samples), has_validation_(has_validation) {}

  ImageDataSet operator()(const DataLocations& locations) const { return load_(locations); }
  const std::optional<std::int64_t>& train_samples() const { return train_samples_; }  // where known without the files
  bool has_validation() const { return has_validation_; }

 private:
  std::function<ImageDataSet(const DataLocations&)> load_;
  std::optional<std::int64_t> train_samples_;
  bool has_validation_ = false;
};

// The same set with so many training images held out for choosing settings by: the same ones, at random, for every
// trial and every seed. Loading it throws ConfigError where no training image would be left.
LoadImages with_validation(const LoadImages& load, std::int64_t validation_samples);

const Registry<LoadImages>& image_data_sets();
LoadImages parse_image_data_set(JsonReader& json);

}  // namespace nero_bench
