#pragma once
#include "learning/data/data_cache.h"

namespace nero_bench {

// A data set of images as tensors. Inputs may be of any type and shape that mapped_tensors.h knows.
struct DecodedImages {
  Examples train;
  Examples test;
  std::int64_t classes = 0;
  std::int64_t skipped = 0;  // corrupt ones left out
};

// cached_tensors() for a data set of images.
DecodedImages cached_images(const DataSource& source, const DataLocations& locations,
                            const std::function<DecodedImages()>& decode);

}  // namespace nero_bench
