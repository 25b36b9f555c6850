#include "learning/tasks/spy.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/one_hot.h>
#include <ATen/ops/zeros.h>

#include "learning/data/tensor_images.h"
#include "learning/optimisers/optimisers.h"

namespace nero_bench {

SpyModel::SpyModel(const ModelSetting& setting) {
  std::int64_t pixels = 1;
  for (const auto size : setting.image_shape) pixels *= size;
  add_parameter("weight", at::zeros({setting.classes, pixels}), setting.device);
}

at::Tensor SpyModel::features(const at::Tensor& images, const Pass& pass) {
  shown.push_back(images);
  passes.push_back(pass);
  saw_gradients_enabled = at::GradMode::is_enabled();
  return images.flatten(1);
}

at::Tensor SpyModel::head(const at::Tensor& features) {
  const auto logits = at::linear(features, weight());
  logits_type = logits.scalar_type();
  return logits;
}

SpiedTask::SpiedTask(const ImageDataSet& data, const ImageClassificationOptions& options, std::uint64_t seed,
                     const MakeDeviceGraph& make_graph) {
  const auto load = [&](const DataLocations&) { return data; };
  const auto build = [&](const ModelSetting& setting) {
    auto spy = std::make_unique<SpyModel>(setting);
    model = spy.get();
    return spy;
  };
  task = std::make_unique<ImageClassification>(options, load, build,
                                               TaskSetting{.data = {}, .seed = seed, .make_graph = make_graph});
  const Json config{{"name", "sgd"}};
  JsonReader reader(config, "test");
  optimisers.push_back(parse_optimiser(reader)(task->parameter_sets().front().parameters));
  optimisers.front()->set_learning_rate(1);
}

ImageDataSet numbered_samples(std::int64_t train, std::int64_t test) {
  const auto numbered = [](std::int64_t count) {
    const auto numbers = at::arange(count, at::kLong);
    return std::make_shared<TensorImages>(
        Examples{numbers.to(at::kFloat).reshape({count, 1, 1, 1}), numbers.remainder(3)});
  };
  return {numbered(train), numbered(test), 3};
}

ImageDataSet one_hot_samples(std::int64_t samples) {
  const auto labels = at::arange(samples, at::kLong).remainder(3);
  const auto examples = std::make_shared<TensorImages>(
      Examples{at::one_hot(labels, 3).to(at::kFloat).reshape({samples, 1, 1, 3}), labels});
  return {examples, examples, 3};
}

}  // namespace nero_bench
