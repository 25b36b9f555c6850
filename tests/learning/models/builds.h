#pragma once
#include <memory>
#include <vector>

#include "base/json.h"
#include "learning/models/model.h"

namespace nero_bench {

// The model a config would build, its weights drawn from a generator of `seed`.
std::unique_ptr<Model> model_of(const Json& config, const std::vector<std::int64_t>& image_shape, std::int64_t classes,
                                std::uint64_t seed = 0);

// Normally distributed images [samples, 1, side, side], the same for the same seed.
at::Tensor random_images(std::int64_t samples, std::int64_t side, std::uint64_t seed);

// What the config reader complains about; empty if it does not.
std::string complaint_about(const Json& config);

using Matrix = std::vector<std::vector<double>>;
Matrix matrix(const at::Tensor& tensor);  // [rows, columns]
std::vector<double> numbers(const at::Tensor& tensor);

}  // namespace nero_bench
