#include "learning/data/cached_images.h"

#include <ATen/ops/scalar_tensor.h>

#include <stdexcept>

namespace nero_bench {
namespace {

NamedTensors to_tensors(const DecodedImages& set) {
  return {{"train/inputs", set.train.inputs},
          {"train/labels", set.train.labels},
          {"test/inputs", set.test.inputs},
          {"test/labels", set.test.labels},
          {"classes", at::scalar_tensor(set.classes, at::kLong)},
          {"skipped", at::scalar_tensor(set.skipped, at::kLong)}};
}

DecodedImages to_images(const NamedTensors& tensors) {
  const auto named = [&](const char* name) {
    for (const auto& tensor : tensors) {
      if (tensor.name == name) return tensor.tensor;
    }
    throw std::logic_error(std::string("cached images without ") + name);
  };
  return {{named("train/inputs"), named("train/labels")},
          {named("test/inputs"), named("test/labels")},
          named("classes").item<std::int64_t>(),
          named("skipped").item<std::int64_t>()};
}

}  // namespace

DecodedImages cached_images(const DataSource& source, const DataLocations& locations,
                            const std::function<DecodedImages()>& decode) {
  return to_images(cached_tensors(source, locations, [&] { return to_tensors(decode()); }));
}

}  // namespace nero_bench
