#include "learning/tasks/image_classification.h"

#include <ATen/CPUGeneratorImpl.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/grad_mode.h>

#include <algorithm>
#include <numeric>
#include <optional>

#include "learning/metrics/signal.h"
#include "learning/metrics/trivial.h"
#include "learning/tasks/autocast.h"
#include "learning/tensors/generator.h"

namespace nero_bench {
namespace {

BatchRequest neighbours(std::int64_t first, std::int64_t count, std::optional<std::uint64_t> augmentation) {
  BatchRequest request{std::vector<std::int64_t>(static_cast<std::size_t>(count)), augmentation};
  std::iota(request.images.begin(), request.images.end(), first);
  return request;
}

// The last short one included.
std::int64_t batches_of(std::int64_t samples, std::int64_t batch_size) {
  return (samples + batch_size - 1) / batch_size;
}

}  // namespace

TaskPlan parse_image_classification(JsonReader& json) {
  ImageClassificationOptions options;
  options.batch_size =
      json.optional("batch_size", options.batch_size,
                    "images in a training step; the last one of an epoch may have fewer", Range::between(1, 1'000'000));
  options.evaluation_batch_size =
      json.optional("evaluation_batch_size", options.evaluation_batch_size,
                    "images at a time in evaluation: a matter of memory and speed", Range::between(1, 1'000'000));
  options.top5 =
      json.optional("top5", options.top5, "also measure top5_accuracy: whether the class is among the five likeliest");
  options.precision = parse_precision(json);
  auto data = json.object("data", "what is learnt: a data set with its options");
  auto model = json.object("model", "what learns: a model with its options");
  auto load = parse_image_data_set(data);
  auto build = parse_model(model);
  return {
      {"model"},
      [=](const TaskSetting& setting) { return std::make_unique<ImageClassification>(options, load, build, setting); },
      [=](const DataLocations& locations) {
        const auto known = load.train_samples();
        return batches_of(known ? *known : load(locations).train->size(), options.batch_size);
      },
      load.has_validation(),
      options.precision};
}

ImageClassification::ImageClassification(const ImageClassificationOptions& options, const LoadImages& load,
                                         const BuildModel& build, const TaskSetting& setting)
    : options_(options),
      device_(setting.device),
      stop_requested_(setting.stop_requested),
      streams_(setting.seed),
      data_(load(setting.data)) {
  data_.train->move_to(setting.device);
  data_.test->move_to(setting.device);
  model_ = build({data_.train->image_shape(), data_.classes,
                  at::make_generator<at::CPUGeneratorImpl>(streams_.seed("init")), setting.device});
  if (data_.skipped_images.value_or(0) > 0)
    setting.warn("task.data: " + std::to_string(*data_.skipped_images) +
                 " of its images do not decode and are left out, as on_corrupt asks for");
  if (setting.make_graph) graph_.emplace(setting.device, setting.make_graph, setting.warn);
}

std::vector<ParameterSet> ImageClassification::parameter_sets() {
  return {{"model", model_->parameters(), model_->buffers()}};
}

std::int64_t ImageClassification::steps_per_epoch() const {
  return batches_of(data_.train->size(), options_.batch_size);
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

ImageClassification::Signals ImageClassification::forward(const at::Tensor& images, const Pass& pass) {
  const Autocast autocast(options_.precision, device_.type());
  const auto features = model_->features(images, pass);
  return {features.to(at::kFloat), model_->head(features).to(at::kFloat)};
}

Measurements ImageClassification::train_step(std::int64_t step, Optimisers& optimisers) {
  const auto examples = batch(step);
  data_.train->prepare(request(step + 1));
  const auto dropout_seed = streams_.seed("dropout", static_cast<std::uint64_t>(step));
  const auto learn_from = [&](const Examples& from, const at::Generator& dropout, StepOptimiser step_optimiser) {
    return learn(from, dropout, optimisers, step_optimiser);
  };
  const bool is_whole = examples.size() == std::min(options_.batch_size, data_.train->size());
  if (graph_ && is_whole) return graph_->step(examples, dropout_seed, optimisers, learn_from);
  return learn_from(examples, generator_on(device_, dropout_seed), &Optimiser::step);
}

Measurements ImageClassification::learn(const Examples& batch, const at::Generator& dropout, Optimisers& optimisers,
                                        StepOptimiser step) {
  const Pass pass{.batch_statistics = true, .update_statistics = true, .dropout = dropout};
  const auto logits = forward(batch.inputs, pass).logits;
  const auto result = classify(logits, batch.labels);
  auto& optimiser = *optimisers.front();
  optimiser.zero_grad();
  torch::autograd::backward({result.loss}, {});
  (optimiser.*step)();
  return measure(logits, batch.labels, result, "running_");
}

Measurements ImageClassification::measure(const at::Tensor& logits, const at::Tensor& labels,
                                          const Classification& result, const std::string& prefix) const {
  const auto count = labels.size(0);
  Measurements measured{{prefix + "loss", result.loss.detach().to(at::kDouble) * count, count},
                        {prefix + "accuracy", result.correct, count}};
  if (options_.top5) measured.push_back({prefix + "top5_accuracy", count_top5(logits, labels), count});
  return measured;
}

ImageSplit& ImageClassification::images_of(Split split) const {
  if (split == Split::kTest) return *data_.test;
  return split == Split::kValidation ? *data_.validation : *data_.train;
}

Measurements ImageClassification::evaluate(Split split, std::int64_t steps) {
  const torch::autograd::AutoGradMode no_gradient(false);
  ImageSplit& examples = images_of(split);
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
    const auto logits = forward(images, Pass{}).logits;
    sums.add(measure(logits, labels, classify(logits, labels), ""));
  }
  return sums.sums();
}

std::vector<std::pair<std::string, double>> ImageClassification::initial_measurements() {
  const auto [images, labels] = batch(0);
  const auto [features, logits] = forward(images, Pass{.batch_statistics = true});
  const auto result = classify(logits, labels);
  torch::autograd::variable_list weights;
  for (const auto& [name, parameter] : model_->parameters()) {
    if (parameter.dim() > 1) weights.push_back(parameter);
  }
  const auto gradients = torch::autograd::grad({result.loss}, {weights.front(), weights.back()});
  std::vector<std::pair<std::string, double>> measured{
      {"signal.spread", relative_spread(features)},
      {"gradient_norm.first_layer", gradients[0].norm().item<double>()},
      {"gradient_norm.last_layer", gradients[1].norm().item<double>()}};
  const auto training_labels = data_.train->labels();
  std::vector<std::pair<std::string, at::Tensor>> splits{{"train", training_labels}, {"test", data_.test->labels()}};
  if (data_.validation) splits.emplace_back("validation", data_.validation->labels());
  for (const auto& [split, of_split] : splits) {
    const auto scores = trivial_scores(split, of_split, training_labels, data_.classes);
    measured.insert(measured.end(), scores.begin(), scores.end());
  }
  if (data_.skipped_images) measured.emplace_back("data.skipped_images", static_cast<double>(*data_.skipped_images));
  return measured;
}

}  // namespace nero_bench
