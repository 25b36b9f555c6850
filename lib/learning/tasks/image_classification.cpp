#include "learning/tasks/image_classification.h"

#include <ATen/CPUGeneratorImpl.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/grad_mode.h>

#include <algorithm>
#include <numeric>
#include <optional>

#include "learning/metrics/signal.h"

namespace nero_bench {
namespace {

BatchRequest neighbours(std::int64_t first, std::int64_t count, std::optional<std::uint64_t> augmentation) {
  BatchRequest request{std::vector<std::int64_t>(static_cast<std::size_t>(count)), augmentation};
  std::iota(request.images.begin(), request.images.end(), first);
  return request;
}

}  // namespace

TaskPlan parse_image_classification(JsonReader& json) {
  ImageClassificationOptions options;
  options.batch_size = json.optional("batch_size", options.batch_size, Range::between(1, 1'000'000));
  options.evaluation_batch_size =
      json.optional("evaluation_batch_size", options.evaluation_batch_size, Range::between(1, 1'000'000));
  auto data = json.object("data");
  auto model = json.object("model");
  auto load = parse_image_data_set(data);
  auto build = parse_model(model);
  return {{"model"}, [=](const TaskSetting& setting) {
            return std::make_unique<ImageClassification>(options, load, build, setting);
          }};
}

ImageClassification::ImageClassification(const ImageClassificationOptions& options, const LoadImages& load,
                                         const BuildModel& build, const TaskSetting& setting)
    : options_(options), stop_requested_(setting.stop_requested), streams_(setting.seed), data_(load(setting.data)) {
  data_.train->move_to(setting.device);
  data_.test->move_to(setting.device);
  model_ = build({data_.train->image_shape(), data_.classes,
                  at::make_generator<at::CPUGeneratorImpl>(streams_.seed("init")), setting.device});
}

std::vector<ParameterSet> ImageClassification::parameter_sets() { return {{"model", model_->parameters()}}; }

std::int64_t ImageClassification::steps_per_epoch() const {
  return (data_.train->size() + options_.batch_size - 1) / options_.batch_size;
}

BatchRequest ImageClassification::request(std::int64_t step) {
  const std::int64_t epoch = step / steps_per_epoch();
  const std::int64_t first = step % steps_per_epoch() * options_.batch_size;
  const auto index = static_cast<std::uint64_t>(epoch);
  if (epoch != ordered_epoch_) {
    order_ = streams_.permutation(data_.train->size(), "data_order", index);
    ordered_epoch_ = epoch;
  }
  const auto from = order_.begin() + first;
  const auto count = std::min(options_.batch_size, data_.train->size() - first);
  return {{from, from + count}, streams_.seed("augmentation", index)};
}

Examples ImageClassification::batch(std::int64_t step) { return data_.train->batch(request(step)); }

Measurements ImageClassification::train_step(std::int64_t step, Optimisers& optimisers) {
  const auto [images, labels] = batch(step);
  data_.train->prepare(request(step + 1));
  const auto result = classify(model_->head(model_->features(images)), labels);
  optimisers.front()->zero_grad();
  torch::autograd::backward({result.loss}, {});
  optimisers.front()->step();
  const auto count = labels.size(0);
  return {{"running_loss", result.loss.detach().to(at::kDouble) * count, count},
          {"running_accuracy", result.correct, count}};
}

Measurements ImageClassification::evaluate(Split split, std::int64_t steps) {
  const torch::autograd::AutoGradMode no_gradient(false);
  ImageSplit& examples = split == Split::kTest ? *data_.test : *data_.train;
  std::optional<std::uint64_t> augmentation;
  if (split == Split::kTrain) augmentation = streams_.seed("evaluation", static_cast<std::uint64_t>(steps));
  const auto request_from = [&](std::int64_t first) {
    return neighbours(first, std::min(options_.evaluation_batch_size, examples.size() - first), augmentation);
  };
  MeasurementSums sums;
  for (std::int64_t first = 0; first < examples.size(); first += options_.evaluation_batch_size) {
    if (stop_requested_()) throw StopRequested();
    const auto [images, labels] = examples.batch(request_from(first));
    const auto next = first + options_.evaluation_batch_size;
    if (next < examples.size()) examples.prepare(request_from(next));
    const auto result = classify(model_->head(model_->features(images)), labels);
    const auto count = labels.size(0);
    sums.add({{"loss", result.loss.to(at::kDouble) * count, count}, {"accuracy", result.correct, count}});
  }
  return sums.sums();
}

std::vector<std::pair<std::string, double>> ImageClassification::initial_measurements() {
  const auto [images, labels] = batch(0);
  const auto features = model_->features(images);
  const auto result = classify(model_->head(features), labels);
  torch::autograd::variable_list weights;
  for (const auto& [name, parameter] : model_->parameters()) {
    if (parameter.dim() > 1) weights.push_back(parameter);
  }
  const auto gradients = torch::autograd::grad({result.loss}, {weights.front(), weights.back()});
  std::vector<std::pair<std::string, double>> measured{
      {"signal.spread", relative_spread(features)},
      {"gradient_norm.first_layer", gradients[0].norm().item<double>()},
      {"gradient_norm.last_layer", gradients[1].norm().item<double>()}};
  if (data_.skipped_images) measured.emplace_back("data.skipped_images", static_cast<double>(*data_.skipped_images));
  return measured;
}

}  // namespace nero_bench
