#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nero_bench {

// A metric stands in records as "split.metric": "test.accuracy", "train.running_loss". Running metrics are gathered
// during an epoch, each batch scored with the weights before its own update; the others come from a pass over the whole
// split after the epoch.
namespace metric {
inline constexpr std::string_view kLoss = "loss";
inline constexpr std::string_view kAccuracy = "accuracy";
inline constexpr std::string_view kTop5Accuracy = "top5_accuracy";
inline constexpr std::string_view kRunningLoss = "running_loss";
inline constexpr std::string_view kRunningAccuracy = "running_accuracy";
inline constexpr std::string_view kRunningTop5Accuracy = "running_top5_accuracy";
}  // namespace metric

enum class Direction { kLargerIsBetter, kSmallerIsBetter };

// Which way is better, for a metric with or without its split; nothing for an unknown one.
std::optional<Direction> direction_of(std::string_view metric);

// The score that nothing can beat, of a metric that direction_of() knows: 1 for accuracies, 0 for losses.
double perfect_score(std::string_view metric);

// The name that the same metric has in a pass over the whole split: "train.accuracy" for "train.running_accuracy".
std::string without_running(std::string_view metric);

// The metrics, without their split, that direction_of() knows.
const std::vector<std::string>& metric_names();

}  // namespace nero_bench
