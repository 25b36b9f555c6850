#include "learning/tasks/image_classification.h"
#include "learning/tasks/task.h"

namespace nero_bench {

const Registry<TaskPlan>& tasks() {
  static const Registry<TaskPlan> list(
      "task", {{"image_classification", "softmax cross-entropy of a model on a data set of images",
                parse_image_classification}});
  return list;
}

TaskPlan parse_task(JsonReader& json) {
  auto plan = tasks().parse(json);
  json.finish();
  return plan;
}

}  // namespace nero_bench
