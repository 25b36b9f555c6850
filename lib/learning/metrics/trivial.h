#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace nero_bench {

// What the best constant prediction scores on labels [samples], fitted to the labels of the training split: always its
// most frequent class ("trivial.<split>.accuracy"), or its class frequencies ("trivial.<split>.loss", the mean
// cross-entropy in nats; infinite where a class does not occur in training). Whatever learns must beat it.
std::vector<std::pair<std::string, double>> trivial_scores(const std::string& split, const at::Tensor& labels,
                                                           const at::Tensor& training_labels, std::int64_t classes);

}  // namespace nero_bench
