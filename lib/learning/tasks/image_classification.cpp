#include "learning/tasks/image_classification.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/tensor.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/grad_mode.h>

#include <algorithm>

#include "learning/metrics/signal.h"
#include "learning/metrics/trivial.h"

namespace nero_bench {
namespace {

Examples to_device(const Examples& examples, at::Device device) {
  return {examples.inputs.to(device), examples.labels.to(device)};
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
  data_.train = to_device(data_.train, setting.device);
  data_.test = to_device(data_.test, setting.device);
  const auto shape = data_.train.inputs.sizes().slice(1).vec();
  model_ =
      build({shape, data_.classes, at::make_generator<at::CPUGeneratorImpl>(streams_.seed("init")), setting.device});
}

std::vector<ParameterSet> ImageClassification::parameter_sets() { return {{"model", model_->parameters()}}; }

std::int64_t ImageClassification::steps_per_epoch() const {
  return (data_.train.size() + options_.batch_size - 1) / options_.batch_size;
}

Examples ImageClassification::batch(std::int64_t step) {
  const std::int64_t epoch = step / steps_per_epoch();
  const std::int64_t first = step % steps_per_epoch() * options_.batch_size;
  if (epoch != ordered_epoch_) {
    order_.reset();  // before the new one: two of them may be the most that a trial ever needs
    order_ =
        at::tensor(streams_.permutation(data_.train.size(), "data_order", static_cast<std::uint64_t>(epoch)), at::kLong)
            .to(data_.train.labels.device());
    ordered_epoch_ = epoch;
  }
  const auto chosen = order_.narrow(0, first, std::min(options_.batch_size, data_.train.size() - first));
  return {data_.train.inputs.index_select(0, chosen), data_.train.labels.index_select(0, chosen)};
}

Measurements ImageClassification::train_step(std::int64_t step, Optimisers& optimisers) {
  const auto [images, labels] = batch(step);
  const auto result = classify(model_->head(model_->features(images)), labels);
  optimisers.front()->zero_grad();
  torch::autograd::backward({result.loss}, {});
  optimisers.front()->step();
  const auto count = labels.size(0);
  return {{"running_loss", result.loss.detach().to(at::kDouble) * count, count},
          {"running_accuracy", result.correct, count}};
}

Measurements ImageClassification::evaluate(Split split) {
  const torch::autograd::AutoGradMode no_gradient(false);
  const Examples& examples = split == Split::kTrain ? data_.train : data_.test;
  MeasurementSums sums;
  for (std::int64_t first = 0; first < examples.size(); first += options_.evaluation_batch_size) {
    if (stop_requested_()) throw StopRequested();
    const auto count = std::min(options_.evaluation_batch_size, examples.size() - first);
    const auto labels = examples.labels.narrow(0, first, count);
    const auto result = classify(model_->head(model_->features(examples.inputs.narrow(0, first, count))), labels);
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
  for (const auto& [split, examples] : {std::pair{"train", &data_.train}, std::pair{"test", &data_.test}}) {
    const auto scores = trivial_scores(split, examples->labels, data_.train.labels, data_.classes);
    measured.insert(measured.end(), scores.begin(), scores.end());
  }
  return measured;
}

}  // namespace nero_bench
