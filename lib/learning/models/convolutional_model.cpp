#include "learning/models/convolutional_model.h"

#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>

#include "base/errors.h"
#include "learning/models/initialisers.h"

namespace nero_bench {

ConvolutionalOptions parse_convolutional(JsonReader& json) {
  ConvolutionalOptions options;
  options.width_multiplier = json.optional(
      "width_multiplier", options.width_multiplier,
      "times the channels and hidden neurons of every layer; 1: the published width", Range{0, 16, false, true});
  options.classes =
      json.optional("classes", options.classes, "outputs of the network; 0: as many as the data set has classes",
                    Range::between(0, 1'000'000));
  return options;
}

ConvolutionalModel::ConvolutionalModel(const ConvolutionalOptions& options, ModelSetting setting)
    : options_(options), setting_(std::move(setting)) {
  if (options_.classes == 0) options_.classes = setting_.classes;
  if (options_.classes < setting_.classes) {
    throw ConfigError("task.model.classes: expected at least the " + std::to_string(setting_.classes) +
                      " classes of the data set, found " + std::to_string(options_.classes) +
                      "; correct it, or leave it out");
  }
}

Convolution ConvolutionalModel::convolution(const std::string& name, std::int64_t in, std::int64_t out,
                                            std::int64_t kernel, std::int64_t stride) {
  const auto weight = kaiming_normal_fan_out({out, in, kernel, kernel}, setting_.generator);
  return {add_parameter(name + ".weight", weight, setting_.device), stride};
}

BatchNorm ConvolutionalModel::batch_norm(const std::string& name, std::int64_t channels) {
  return {add_parameter(name + ".weight", at::ones({channels}), setting_.device),
          add_parameter(name + ".bias", at::zeros({channels}), setting_.device),
          add_buffer(name + ".running_mean", at::zeros({channels}), setting_.device),
          add_buffer(name + ".running_var", at::ones({channels}), setting_.device)};
}

Linear ConvolutionalModel::linear(const std::string& name, std::int64_t fan_in, std::int64_t neurons) {
  const auto weight = default_uniform({neurons, fan_in}, fan_in, setting_.generator);
  const auto bias = default_uniform({neurons}, fan_in, setting_.generator);
  return {add_parameter(name + ".weight", weight, setting_.device),
          add_parameter(name + ".bias", bias, setting_.device)};
}

std::int64_t ConvolutionalModel::width(std::int64_t channels) const {
  return std::max<std::int64_t>(1, std::llround(static_cast<double>(channels) * options_.width_multiplier));
}

}  // namespace nero_bench
