#include "candidates.h"

#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_fused_adam.h>
#include <ATen/ops/_fused_sgd.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros_like.h>
#include <torch/optim/adam.h>
#include <torch/optim/sgd.h>

#include <algorithm>
#include <memory>

#include "learning/kernels/step_kernels.h"
#include "learning/optimisers/fused_step.h"
#include "learning/optimisers/optimisers.h"

namespace nero_bench {
namespace {

constexpr double kRate = 1e-4;
constexpr double kFloat = 4;

struct Setting {
  const NamedTensors& parameters;
  std::vector<Candidate>& list;
};

std::vector<at::Tensor> tensors_of(const NamedTensors& parameters) {
  std::vector<at::Tensor> tensors;
  for (const auto& [name, tensor] : parameters) tensors.push_back(tensor);
  return tensors;
}

std::vector<at::Tensor> gradients_of(const NamedTensors& parameters) {
  std::vector<at::Tensor> gradients;
  for (const auto& [name, tensor] : parameters) gradients.push_back(tensor.grad());
  return gradients;
}

std::vector<at::Tensor> zeros_like(const NamedTensors& parameters) {
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> zeros;
  for (const auto& [name, tensor] : parameters) zeros.push_back(at::zeros_like(tensor));
  return zeros;
}

// w ← w − rate · g over the same buffers and the same work items: what reading two arrays and writing one costs.
void add_axpy(const Setting& setting) {
  std::vector<SgdTensor<float>> views;
  for (const auto& [name, tensor] : setting.parameters)
    views.push_back(
        {tensor.mutable_data_ptr<float>(), tensor.grad().const_data_ptr<float>(), nullptr, rows_of(tensor)});
  setting.list.push_back({"axpy", "axpy", 3 * kFloat, [views] { step_on_cpu(views, SgdStep{kRate, 0, false, 0}); }});
  auto weights = tensors_of(setting.parameters);
  auto gradients = gradients_of(setting.parameters);
  setting.list.push_back({"axpy, _foreach_add_", "axpy", 3 * kFloat, [weights, gradients] {
                            const at::NoGradGuard no_grad;
                            at::_foreach_add_(weights, gradients, -kRate);
                          }});
}

// The optimiser of a config, by both implementations.
void add_ours(const Setting& setting, const std::string& label, const std::string& config, double bytes) {
  for (const std::string implementation : {"fused", "tensor_operations"}) {
    Json json = parse_json(config, label);
    json["implementation"] = implementation;
    JsonReader reader(json, label);
    const std::shared_ptr<Optimiser> optimiser = parse_optimiser(reader)(setting.parameters);
    optimiser->set_learning_rate(kRate);
    setting.list.push_back({label + (implementation == "fused" ? ", fused" : ", tensor operations"), label, bytes,
                            [optimiser] { optimiser->step(); }});
  }
}

template <class Optim, class Options>
void add_torch_optim(const Setting& setting, const std::string& label, const Options& options, double bytes) {
  const auto optimiser = std::make_shared<Optim>(tensors_of(setting.parameters), options);
  setting.list.push_back({label + ", torch::optim", label, bytes, [optimiser] { optimiser->step(); }});
}

void add_nero(const Setting& setting) { add_ours(setting, "nero", R"({"name": "nero"})", 3 * kFloat); }

void add_sgd(const Setting& setting) {
  add_ours(setting, "sgd", R"({"name": "sgd"})", 3 * kFloat);
  const auto weights = tensors_of(setting.parameters);
  const auto gradients = gradients_of(setting.parameters);
  setting.list.push_back({"sgd, _fused_sgd_", "sgd", 3 * kFloat, [weights, gradients] {
                            at::_fused_sgd_(weights, gradients, {}, 0, 0, kRate, 0, false, false, false);
                          }});
  add_torch_optim<torch::optim::SGD>(setting, "sgd", torch::optim::SGDOptions(kRate), 3 * kFloat);
}

void add_momentum(const Setting& setting) {
  add_ours(setting, "momentum", R"({"name": "sgd", "momentum": 0.9})", 5 * kFloat);
  const auto weights = tensors_of(setting.parameters);
  const auto gradients = gradients_of(setting.parameters);
  const auto momentum = zeros_like(setting.parameters);
  setting.list.push_back({"momentum, _fused_sgd_", "momentum", 5 * kFloat, [weights, gradients, momentum] {
                            at::_fused_sgd_(weights, gradients, momentum, 0, 0.9, kRate, 0, false, false, false);
                          }});
  add_torch_optim<torch::optim::SGD>(setting, "momentum", torch::optim::SGDOptions(kRate).momentum(0.9), 5 * kFloat);
}

void add_adam(const Setting& setting) {
  add_ours(setting, "adam", R"({"name": "adam"})", 7 * kFloat);
  const auto weights = tensors_of(setting.parameters);
  const auto gradients = gradients_of(setting.parameters);
  const auto mean = zeros_like(setting.parameters);
  const auto mean_square = zeros_like(setting.parameters);
  std::vector<at::Tensor> steps;
  for (std::size_t i = 0; i < weights.size(); ++i) steps.push_back(at::tensor(1.F));
  setting.list.push_back({"adam, _fused_adam_", "adam", 7 * kFloat, [weights, gradients, mean, mean_square, steps] {
                            for (const auto& step : steps) step.add_(1);
                            at::_fused_adam_(weights, gradients, mean, mean_square, {}, steps, kRate, 0.9, 0.999, 0,
                                             1e-8, false, false);
                          }});
  add_torch_optim<torch::optim::Adam>(setting, "adam", torch::optim::AdamOptions(kRate), 7 * kFloat);
}

// What it reads a second time, after the norms, is still in cache at best.
void add_lamb(const Setting& setting) {
  add_ours(setting, "lamb", R"({"name": "lamb"})", 7 * kFloat);
  add_ours(setting, "lamb constrained", R"({"name": "lamb", "constrain": true})", 7 * kFloat);
}

void add_madam(const Setting& setting) {
  add_ours(setting, "madam", R"({"name": "madam"})", 5 * kFloat);
  add_ours(setting, "madam constrained", R"({"name": "madam", "constrain": true})", 5 * kFloat);
}

const std::vector<std::pair<std::string, void (*)(const Setting&)>>& families() {
  static const std::vector<std::pair<std::string, void (*)(const Setting&)>> list{
      {"nero", add_nero}, {"sgd", add_sgd},   {"momentum", add_momentum},
      {"adam", add_adam}, {"lamb", add_lamb}, {"madam", add_madam}};
  return list;
}

}  // namespace

std::vector<std::string> benched_optimisers() {
  std::vector<std::string> names;
  for (const auto& [name, add] : families()) names.push_back(name);
  return names;
}

std::vector<Candidate> candidates(const std::vector<std::string>& optimisers, const NamedTensors& parameters) {
  std::vector<Candidate> list;
  const Setting setting{parameters, list};
  add_axpy(setting);
  for (const auto& [name, add] : families()) {
    if (std::find(optimisers.begin(), optimisers.end(), name) != optimisers.end()) add(setting);
  }
  return list;
}

}  // namespace nero_bench
