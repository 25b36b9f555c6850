#include "learning/models/builds.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/randn.h>

#include "base/errors.h"

namespace nero_bench {

std::unique_ptr<Model> model_of(const Json& config, const std::vector<std::int64_t>& image_shape, std::int64_t classes,
                                std::uint64_t seed) {
  JsonReader reader(config, "test");
  return parse_model(reader)({image_shape, classes, at::make_generator<at::CPUGeneratorImpl>(seed), at::kCPU});
}

at::Tensor random_images(std::int64_t samples, std::int64_t side, std::uint64_t seed) {
  return at::randn({samples, 1, side, side}, at::make_generator<at::CPUGeneratorImpl>(seed));
}

std::string complaint_about(const Json& config) {
  try {
    JsonReader reader(config, "test");
    parse_model(reader);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

std::vector<double> numbers(const at::Tensor& tensor) {
  const auto flat = tensor.detach().to(at::kDouble).contiguous();
  return {flat.const_data_ptr<double>(), flat.const_data_ptr<double>() + flat.numel()};
}

Matrix matrix(const at::Tensor& tensor) {
  Matrix rows;
  for (std::int64_t i = 0; i < tensor.size(0); ++i) rows.push_back(numbers(tensor[i]));
  return rows;
}

}  // namespace nero_bench
