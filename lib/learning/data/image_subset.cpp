#include "learning/data/image_subset.h"

#include <ATen/ops/empty.h>

#include <algorithm>

namespace nero_bench {

ImageSubset::ImageSubset(std::shared_ptr<ImageSplit> all, std::vector<std::int64_t> chosen)
    : all_(std::move(all)), chosen_(std::move(chosen)), labels_(at::empty({size()}, at::kLong)) {
  const auto labels = all_->labels().cpu();
  const auto* of_all = labels.const_data_ptr<std::int64_t>();
  std::transform(chosen_.begin(), chosen_.end(), labels_.data_ptr<std::int64_t>(),
                 [&](std::int64_t image) { return of_all[image]; });
}

BatchRequest ImageSubset::of_all(const BatchRequest& request) const {
  BatchRequest chosen = request;
  for (auto& image : chosen.images) image = chosen_.at(static_cast<std::size_t>(image));
  return chosen;
}

}  // namespace nero_bench
