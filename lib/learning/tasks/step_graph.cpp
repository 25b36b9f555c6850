#include "learning/tasks/step_graph.h"

#include <ATen/core/grad_mode.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <exception>

#include "learning/tensors/generator.h"

namespace nero_bench {
namespace {

constexpr std::int64_t kPatience = 100;  // steps; training measures the first 50 one by one (measured_optimiser.cpp)

}  // namespace

StepGraph::StepGraph(at::Device device, const MakeDeviceGraph& make_graph, std::function<void(const std::string&)> warn)
    : device_(device), warn_(std::move(warn)), dropout_(generator_on(device, 0)), graph_(make_graph(device, dropout_)) {
  if (!graph_) give_up("there are none on this device");
}

Measurements StepGraph::step(const Examples& batch, std::uint64_t dropout_seed, Optimisers& optimisers,
                             const Learn& learn) {
  if (graph_ && !recorded_) try_to_record(batch, optimisers, learn);
  if (recorded_) return replay(batch, dropout_seed, optimisers);
  return learn(batch, generator_on(device_, dropout_seed), &Optimiser::step);
}

void StepGraph::try_to_record(const Examples& batch, Optimisers& optimisers, const Learn& learn) {
  const auto can_capture = [](const auto& optimiser) { return optimiser->can_capture(); };
  if (std::all_of(optimisers.begin(), optimisers.end(), can_capture)) {
    record(batch, optimisers, learn);
  } else if (++steps_ == kPatience) {
    give_up("its optimisers do not step wholly by kernels");
  }
}

void StepGraph::record(const Examples& batch, Optimisers& optimisers, const Learn& learn) {
  Recorded recorded{{batch.inputs.clone(), batch.labels.clone()}, {}, {}};
  try {
    graph_->record([&] { recorded.measured = learn(recorded.batch, dropout_, &Optimiser::capture_step); });
  } catch (const c10::Error& error) {
    return give_up(error.what_without_backtrace());
  } catch (const std::exception& error) {
    return give_up(error.what());
  }
  for (const auto& optimiser : optimisers) {
    for (const auto& [name, parameter] : optimiser->parameters()) recorded.gradients.push_back(parameter.grad());
  }
  recorded_ = std::move(recorded);
}

void StepGraph::give_up(const std::string& reason) {
  graph_.reset();
  warn_("no CUDA graph of the training step, whose operations are enqueued one by one: " + reason);
}

Measurements StepGraph::replay(const Examples& batch, std::uint64_t dropout_seed, Optimisers& optimisers) {
  const at::NoGradGuard no_grad;
  recorded_->batch.inputs.copy_(batch.inputs);
  recorded_->batch.labels.copy_(batch.labels);
  dropout_.set_current_seed(dropout_seed);
  auto gradient = recorded_->gradients.begin();
  for (const auto& optimiser : optimisers) {
    for (const auto& [name, parameter] : optimiser->parameters()) parameter.mutable_grad() = *gradient++;
    optimiser->prepare_replay();
  }
  graph_->replay();
  Measurements measured = recorded_->measured;
  for (auto& measurement : measured) measurement.sum = measurement.sum.clone();  // the next replay writes over them
  return measured;
}

}  // namespace nero_bench
