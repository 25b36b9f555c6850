#pragma once
#include "base/random_streams.h"
#include "learning/models/model.h"
#include "learning/tasks/step_graph.h"
#include "learning/tasks/task.h"
#include "trial/precision.h"

namespace nero_bench {

struct ImageClassificationOptions {
  std::int64_t batch_size = 128;
  std::int64_t evaluation_batch_size = 250;
  bool top5 = false;  // measure top5_accuracy, too
  Precision precision = Precision::kFloat32;
};

// Options besides these: "data" (a data set) and "model".
TaskPlan parse_image_classification(JsonReader& json);

// One player, "model". An epoch is one pass over the training images in a new random order, the last short batch
// included.
class ImageClassification final : public Task {
 public:
  ImageClassification(const ImageClassificationOptions& options, const LoadImages& load, const BuildModel& build,
                      const TaskSetting& setting);

  std::vector<ParameterSet> parameter_sets() override;
  std::int64_t steps_per_epoch() const override;
  // running_loss, running_accuracy, with top5 running_top5_accuracy
  Measurements train_step(std::int64_t step, Optimisers& optimisers) override;
  Measurements evaluate(Split split, std::int64_t steps) override;  // loss, accuracy, with top5 top5_accuracy
  // Over the first training batch, by its own statistics and without dropout: signal.spread (relative_spread of the
  // last hidden layer), gradient_norm.first_layer and .last_layer. Then trivial_scores of every split, and
  // data.skipped_images where corrupt ones may be left out.
  std::vector<std::pair<std::string, double>> initial_measurements() override;

  // What step number `step` learns from, on the device.
  Examples batch(std::int64_t step);

 private:
  // What the model makes of images, in float32 whatever the precision.
  struct Signals {
    at::Tensor features;  // [batch, features]
    at::Tensor logits;    // [batch, classes]
  };
  Signals forward(const at::Tensor& images, const Pass& pass);

  BatchRequest request(std::int64_t step);
  Measurements learn(const Examples& batch, const at::Generator& dropout, Optimisers& optimisers, StepOptimiser step);
  ImageSplit& images_of(Split split) const;
  Measurements measure(const at::Tensor& logits, const at::Tensor& labels, const Classification& result,
                       const std::string& prefix) const;

  ImageClassificationOptions options_;
  at::Device device_;
  std::function<bool()> stop_requested_;
  RandomStreams streams_;
  ImageDataSet data_;
  std::unique_ptr<Model> model_;
  std::optional<StepGraph> graph_;  // of a step with a whole batch
  std::int64_t ordered_epoch_ = -1;
  std::vector<std::int64_t> order_;  // of the training images, in epoch `ordered_epoch_`
};

}  // namespace nero_bench
