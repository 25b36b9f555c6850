#include "learning/data/tensor_images.h"

#include <ATen/ops/index_select.h>

#include <algorithm>

#include "learning/tensors/numbers_on.h"

namespace nero_bench {
namespace {

bool are_neighbours(const std::vector<std::int64_t>& images) {
  return std::adjacent_find(images.begin(), images.end(),
                            [](std::int64_t left, std::int64_t right) { return right != left + 1; }) == images.end();
}

}  // namespace

void TensorImages::move_to(at::Device device) {
  examples_ = {examples_.inputs.to(device), examples_.labels.to(device)};
}

Examples TensorImages::batch(const BatchRequest& request) {
  const auto count = static_cast<std::int64_t>(request.images.size());
  if (count > 0 && are_neighbours(request.images)) {  // an evaluation: no copy is needed
    const auto first = request.images.front();
    return {examples_.inputs.narrow(0, first, count), examples_.labels.narrow(0, first, count)};
  }
  const auto chosen = numbers_on(examples_.labels.device(), request.images);
  return {examples_.inputs.index_select(0, chosen), examples_.labels.index_select(0, chosen)};
}

}  // namespace nero_bench
