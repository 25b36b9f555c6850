#pragma once
#include "learning/data/data_cache.h"

namespace nero_bench {

// cached_tensors() for a data set of images. Inputs may be of any type and shape that mapped_tensors.h knows.
ImageDataSet cached_images(const DataSource& source, const DataLocations& locations,
                           const std::function<ImageDataSet()>& decode);

}  // namespace nero_bench
