#include "learning/models/fixed_state.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>

#include <bit>
#include <cmath>

#include "base/hashing.h"

namespace nero_bench {
namespace {

constexpr std::uint64_t kImages = 1000;

// In [0, 1), of 23 bits: SplitMix64.
float uniform(std::uint64_t tensor, std::uint64_t index) {
  std::uint64_t x = (tensor << 40) + index + 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  x = x ^ (x >> 31);
  return static_cast<float>(x >> 41) / static_cast<float>(1 << 23);
}

at::Tensor fixed_values(const std::string& name, std::uint64_t tensor, at::IntArrayRef shape) {
  auto values = at::empty(shape, at::kFloat);
  auto* to = values.mutable_data_ptr<float>();
  for (std::int64_t i = 0; i < values.numel(); ++i) to[i] = uniform(tensor, static_cast<std::uint64_t>(i));
  const bool vector = shape.size() == 1;
  if (name.ends_with("running_var") || (vector && name.ends_with("weight"))) return values.add_(0.5);
  if (vector) return values.sub_(0.5);
  if (name == "images") return values.mul_(4).sub_(2);
  const auto fan_in = static_cast<std::uint64_t>(values.numel() / shape[0]);
  return values.mul_(2).sub_(1).mul_(std::exp2(1.0 - (std::bit_width(fan_in) - 1) / 2));
}

NamedTensors state_of(const Model& model) {
  auto state = model.parameters();
  state.insert(state.end(), model.buffers().begin(), model.buffers().end());
  return state;
}

void update(Sha256& hash, const at::Tensor& tensor) {
  const auto values = tensor.detach().contiguous();
  hash.update({static_cast<const char*>(values.const_data_ptr()), values.nbytes()});
}

}  // namespace

void set_fixed_state(const Model& model) {
  const at::NoGradGuard no_gradient;
  std::uint64_t number = 0;
  for (const auto& [name, tensor] : state_of(model)) tensor.copy_(fixed_values(name, number++, tensor.sizes()));
}

at::Tensor fixed_images(std::int64_t side) { return fixed_values("images", kImages, {2, 3, side, side}); }

std::string checksum_of(const Model& model, const at::Tensor& images) {
  Sha256 hash;
  for (const auto& [name, tensor] : state_of(model)) {
    hash.update(name);
    update(hash, tensor);
  }
  update(hash, images);
  return hash.hex();
}

}  // namespace nero_bench
