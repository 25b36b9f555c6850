#pragma once
#include <numeric>

#include "learning/data/data_set.h"

namespace nero_bench {

// All images of a split, as evaluation sees them or augmented.
inline Examples all_of(ImageSplit& split, std::optional<std::uint64_t> augmentation = std::nullopt) {
  BatchRequest request{std::vector<std::int64_t>(static_cast<std::size_t>(split.size())), augmentation};
  std::iota(request.images.begin(), request.images.end(), 0);
  return split.batch(request);
}

inline std::vector<std::int64_t> labels_of(const Examples& examples) {
  const auto* first = examples.labels.const_data_ptr<std::int64_t>();
  return {first, first + examples.size()};
}

// A data set taken out of its splits.
struct LoadedSet {
  explicit LoadedSet(const ImageDataSet& set)
      : train(all_of(*set.train)), test(all_of(*set.test)), classes(set.classes) {}

  Examples train;
  Examples test;
  std::int64_t classes;
};

}  // namespace nero_bench
