#include "learning/tasks/image_classification.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/tensor.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/grad_mode.h>

#include <algorithm>

#include "learning/metrics/signal.h"
#include "learning/tensors/generator.h"

namespace nero_bench {
namespace {

Examples to_device(const Examples& examples, at::Device device) {
  return {examples.inputs.to(device), examples.labels.to(device)};
}

// The last short one included.
std::int64_t batches_of(std::int64_t samples, std::int64_t batch_size) {
  return (samples + batch_size - 1) / batch_size;
}

}  // namespace

TaskPlan parse_image_classification(JsonReader& json) {
  ImageClassificationOptions options;
  options.batch_size = json.optional("batch_size", options.batch_size, Range::between(1, 1'000'000));
  options.evaluation_batch_size =
      json.optional("evaluation_batch_size", options.evaluation_batch_size, Range::between(1, 1'000'000));
  options.top5 = json.optional("top5", options.top5);
  auto data = json.object("data");
  auto model = json.object("model");
  auto load = parse_image_data_set(data);
  auto build = parse_model(model);
  return {
      {"model"},
      [=](const TaskSetting& setting) { return std::make_unique<ImageClassification>(options, load, build, setting); },
      [=](const DataLocations& locations) {
        const auto known = load.train_samples();
        return batches_of(known ? *known : load(locations).train.size(), options.batch_size);
      }};
}

ImageClassification::ImageClassification(const ImageClassificationOptions& options, const LoadImages& load,
                                         const BuildModel& build, const TaskSetting& setting)
    : options_(options),
      device_(setting.device),
      stop_requested_(setting.stop_requested),
      streams_(setting.seed),
      data_(load(setting.data)) {
  data_.train = to_device(data_.train, setting.device);
  data_.test = to_device(data_.test, setting.device);
  const auto shape = data_.train.inputs.sizes().slice(1).vec();
  model_ =
      build({shape, data_.classes, at::make_generator<at::CPUGeneratorImpl>(streams_.seed("init")), setting.device});
}

std::vector<ParameterSet> ImageClassification::parameter_sets() {
  return {{"model", model_->parameters(), model_->buffers()}};
}

std::int64_t ImageClassification::steps_per_epoch() const {
  return batches_of(data_.train.size(), options_.batch_size);
}

Examples ImageClassification::batch(std::int64_t step) {
  const std::int64_t epoch = step / steps_per_epoch();
  const std::int64_t first = step % steps_per_epoch() * options_.batch_size;
  if (epoch != ordered_epoch_) {
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
  const Pass pass{.batch_statistics = true,
                  .update_statistics = true,
                  .dropout = generator_on(device_, streams_.seed("dropout", static_cast<std::uint64_t>(step)))};
  const auto logits = model_->head(model_->features(images, pass));
  const auto result = classify(logits, labels);
  optimisers.front()->zero_grad();
  torch::autograd::backward({result.loss}, {});
  optimisers.front()->step();
  return measure(logits, labels, result, "running_");
}

Measurements ImageClassification::measure(const at::Tensor& logits, const at::Tensor& labels,
                                          const Classification& result, const std::string& prefix) const {
  const auto count = labels.size(0);
  Measurements measured{{prefix + "loss", result.loss.detach().to(at::kDouble) * count, count},
                        {prefix + "accuracy", result.correct, count}};
  if (options_.top5) measured.push_back({prefix + "top5_accuracy", count_top5(logits, labels), count});
  return measured;
}

Measurements ImageClassification::evaluate(Split split) {
  const torch::autograd::AutoGradMode no_gradient(false);
  const Examples& examples = split == Split::kTrain ? data_.train : data_.test;
  MeasurementSums sums;
  for (std::int64_t first = 0; first < examples.size(); first += options_.evaluation_batch_size) {
    if (stop_requested_()) throw StopRequested();
    const auto count = std::min(options_.evaluation_batch_size, examples.size() - first);
    const auto labels = examples.labels.narrow(0, first, count);
    const auto logits = model_->head(model_->features(examples.inputs.narrow(0, first, count), Pass{}));
    sums.add(measure(logits, labels, classify(logits, labels), ""));
  }
  return sums.sums();
}

std::vector<std::pair<std::string, double>> ImageClassification::initial_measurements() {
  const auto [images, labels] = batch(0);
  const auto features = model_->features(images, Pass{.batch_statistics = true});
  const auto result = classify(model_->head(features), labels);
  torch::autograd::variable_list weights;
  for (const auto& [name, parameter] : model_->parameters()) {
    if (parameter.dim() > 1) weights.push_back(parameter);
  }
  const auto gradients = torch::autograd::grad({result.loss}, {weights.front(), weights.back()});
  return {{"signal.spread", relative_spread(features)},
          {"gradient_norm.first_layer", gradients[0].norm().item<double>()},
          {"gradient_norm.last_layer", gradients[1].norm().item<double>()}};
}

}  // namespace nero_bench
