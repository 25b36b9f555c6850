#pragma once
#include <vector>

#include "learning/tasks/image_classification.h"

namespace nero_bench {

// logits = W x from W = 0, [classes, pixels]; keeps the images it was shown, and how it was run.
class SpyModel final : public Model {
 public:
  explicit SpyModel(const ModelSetting& setting);
  at::Tensor features(const at::Tensor& images, const Pass& pass) override;
  at::Tensor head(const at::Tensor& features) override;

  const at::Tensor& weight() const { return parameters().front().tensor; }

  std::vector<at::Tensor> shown;
  std::vector<Pass> passes;
  bool saw_gradients_enabled = false;
  at::ScalarType logits_type = at::ScalarType::Undefined;  // of the last logits
};

// A task of the spy on `data`, with an SGD optimiser of rate 1 for its train_step.
struct SpiedTask {
  SpiedTask(const ImageDataSet& data, const ImageClassificationOptions& options, std::uint64_t seed = 0,
            const MakeDeviceGraph& make_graph = nullptr);

  Measurements train_step(std::int64_t step) { return task->train_step(step, optimisers); }

  SpyModel* model = nullptr;  // belongs to the task
  std::unique_ptr<ImageClassification> task;
  Optimisers optimisers;
};

// `train` and `test` samples whose only pixel is their number; class number mod 3.
ImageDataSet numbered_samples(std::int64_t train, std::int64_t test);

// Samples of three pixels, the one of their class 1, the others 0; classes 0, 1, 2, 0, …; so many of training and test.
ImageDataSet one_hot_samples(std::int64_t samples);

}  // namespace nero_bench
