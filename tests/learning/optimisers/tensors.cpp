#include "learning/optimisers/tensors.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/tensor.h>

#include "base/json.h"
#include "learning/optimisers/optimisers.h"

namespace nero_bench {

at::Tensor parameter_of(const std::vector<double>& flat, at::IntArrayRef shape, at::ScalarType type) {
  return at::tensor(flat, at::kDouble).to(type).reshape(shape).requires_grad_();
}

at::Tensor random_tensor(at::IntArrayRef shape, std::uint64_t seed, at::ScalarType type) {
  return at::randn(shape, at::detail::createCPUGenerator(seed), at::TensorOptions(at::kDouble)).to(type);
}

at::Tensor random_parameter(at::IntArrayRef shape, std::uint64_t seed, at::ScalarType type) {
  return random_tensor(shape, seed, type).requires_grad_();
}

at::Tensor tensor_like(const at::Tensor& parameter, const std::vector<double>& flat) {
  return at::tensor(flat, at::kDouble).to(parameter.scalar_type()).reshape(parameter.sizes());
}

std::vector<double> numbers(const at::Tensor& tensor) {
  const auto flat = tensor.detach().to(at::kDouble).contiguous();
  return {flat.const_data_ptr<double>(), flat.const_data_ptr<double>() + flat.numel()};
}

std::vector<double> row_norms(const at::Tensor& tensor) {
  return numbers(at::linalg_vector_norm(tensor.detach().to(at::kDouble).flatten(1), 2, at::IntArrayRef{1}));
}

std::vector<double> row_means(const at::Tensor& tensor) {
  return numbers(tensor.detach().to(at::kDouble).flatten(1).mean(1));
}

void step_with(Optimiser& optimiser, double rate, const at::Tensor& gradient) {
  optimiser.parameters().front().tensor.mutable_grad() = gradient;
  optimiser.set_learning_rate(rate);
  optimiser.step();
}

std::unique_ptr<Optimiser> optimiser_of(const std::string& json, NamedTensors parameters) {
  const Json config = parse_json(json, "test");
  JsonReader reader(config, "test");
  return parse_optimiser(reader)(std::move(parameters));
}

}  // namespace nero_bench
