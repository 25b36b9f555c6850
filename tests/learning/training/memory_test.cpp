#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "learning/optimisers/optimisers.h"
#include "learning/training/trials.h"

namespace nero_bench {
namespace {

using Shapes = std::vector<std::vector<std::int64_t>>;

// What section 4 of the specification counts: elements, tensors, and neurons plus elements of vectors.
struct Counts {
  explicit Counts(const Shapes& shapes) : tensors(static_cast<std::int64_t>(shapes.size())) {
    for (const auto& shape : shapes) {
      const auto size = std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
      elements += size;
      neurons += shape.front();
      largest = std::max(largest, size);
    }
  }

  std::int64_t elements = 0;
  std::int64_t tensors = 0;
  std::int64_t neurons = 0;
  std::int64_t largest = 0;
};

// The table of section 4, by the optimiser's name; momentum and all other options at their defaults.
std::int64_t state_bytes(const std::string& optimiser, const Counts& counts) {
  const std::map<std::string, std::int64_t> table{{"sgd", 0},
                                                  {"adam", 8 * counts.elements},
                                                  {"adamw", 8 * counts.elements},
                                                  {"lamb", 8 * counts.elements + 12 * counts.tensors},
                                                  {"madam", 4 * counts.elements},
                                                  {"nero", 4 * counts.neurons + 4 * counts.tensors}};
  return table.at(optimiser);
}

void expect_state(const TrialRecord& record, std::int64_t bytes, const Counts& counts) {
  EXPECT_EQ(record.status, TrialStatus::kCompleted) << record.reason;
  EXPECT_EQ(record.memory.optimiser_state, bytes);
  EXPECT_EQ(record.memory.optimiser_state_expected, bytes);
  EXPECT_EQ(record.memory.optimiser_state_allocated, bytes);
  EXPECT_EQ(record.memory.parameters, 4 * counts.elements);
  EXPECT_EQ(record.memory.gradients, 4 * counts.elements);
  EXPECT_EQ(record.counts.at("model.parameters"), counts.elements);
  EXPECT_EQ(record.counts.at("model.tensors"), counts.tensors);
}

// Of 6 × 6 pixels through hidden layers of 12 and 20 neurons to ten classes.
const std::map<std::string, Counts> kSmallModels{{"mlp", Counts({{12, 36}, {12}, {12, 12}, {12}, {10, 12}, {10}})},
                                                 {"centred_weight_norm_mlp", Counts({{12, 36}, {12, 12}, {10, 12}})}};

TrialSpec small_spec_of(const std::string& model, const Json& optimiser) {
  return with_optimiser(with_task(small_spec(), "/model/name", model), optimiser);
}

TEST(OptimiserState, IsThatOfTheClosedFormForEveryOptimiserOnBothPerceptrons) {
  for (const auto& entry : optimisers().entries()) {
    for (const auto& [model, counts] : kSmallModels) {
      SCOPED_TRACE(entry.name + " on " + model);
      expect_state(run(small_spec_of(model, {{"name", entry.name}})), state_bytes(entry.name, counts), counts);
    }
  }
}

TEST(OptimiserState, IsThatOfTheClosedFormForOptionsToo) {
  for (const auto& [model, counts] : kSmallModels) {
    const std::vector<std::pair<Json, std::int64_t>> expected{
        {{{"name", "sgd"}, {"momentum", 0.9}}, 4 * counts.elements},
        {{{"name", "sgd"}, {"momentum", 0.9}, {"nesterov", true}}, 4 * counts.elements},
        {{{"name", "nero"}, {"constrain_norm", false}}, state_bytes("nero", counts)},
        {{{"name", "nero"}, {"clip_norm", 0.5}}, state_bytes("nero", counts)},
        {{{"name", "lamb"}, {"constrain", true}}, state_bytes("lamb", counts)},
        {{{"name", "madam"}, {"constrain", true}}, state_bytes("madam", counts)}};
    for (const auto& [optimiser, bytes] : expected) {
      SCOPED_TRACE(optimiser.dump() + " on " + model);
      expect_state(run(small_spec_of(model, optimiser)), bytes, counts);
    }
  }
}

TEST(OptimiserState, IsCountedInATrialOfOneStep) {
  auto spec = small_spec_of("mlp", {{"name", "lamb"}});
  spec.budget = {.steps = 1};
  const auto& counts = kSmallModels.at("mlp");
  expect_state(run(spec), state_bytes("lamb", counts), counts);
}

// One step of figure 3's own networks on two images of its size.
TrialSpec figure_three(const Json& model, const Json& optimiser) {
  auto spec = with_task(small_spec(), "/model", model);
  spec.task["data"] = {{"name", "synthetic"}, {"side", 28}, {"train_samples", 2}, {"test_samples", 1}};
  spec.optimiser = optimiser;
  spec.budget = {.steps = 1};
  spec.evaluate = {};
  return spec;
}

Shapes shapes_of_figure_three(std::int64_t depth, bool biases) {
  Shapes shapes;
  for (std::int64_t layer = 1; layer <= depth; ++layer) {
    const std::int64_t neurons = layer < depth ? 784 : 10;
    shapes.push_back({neurons, 784});
    if (biases) shapes.push_back({neurons});
  }
  return shapes;
}

TEST(OptimiserState, IsThatOfTheTableForTheHundredLayerPerceptron) {
  const Counts counts(shapes_of_figure_three(100, true));
  ASSERT_EQ(counts.elements, 60'936'410);
  const Json model{{"name", "mlp"}, {"depth", 100}, {"width", 784}};
  expect_state(run(figure_three(model, {{"name", "nero"}})), 621'808, counts);
  expect_state(run(figure_three(model, {{"name", "lamb"}})), 487'493'680, counts);
}

TEST(OptimiserState, IsThatOfTheTableForTheCentredWeightNormPerceptron) {
  const Counts counts(shapes_of_figure_three(5, false));
  ASSERT_EQ(counts.elements, 2'466'464);
  const std::vector<std::pair<Json, std::int64_t>> table{{{{"name", "nero"}}, 12'604},
                                                         {{{"name", "lamb"}}, 19'731'772},
                                                         {{{"name", "adam"}}, 19'731'712},
                                                         {{{"name", "madam"}}, 9'865'856},
                                                         {{{"name", "sgd"}, {"momentum", 0.9}}, 9'865'856},
                                                         {{{"name", "sgd"}}, 0}};
  for (const auto& [optimiser, bytes] : table) {
    SCOPED_TRACE(optimiser.dump());
    expect_state(run(figure_three({{"name", "centred_weight_norm_mlp"}}, optimiser)), bytes, counts);
  }
}

TEST(StepTransientPeak, OfNeroWithTensorOperationsHoldsATensorOfTheLargestShape) {  // section 4 of the specification
  const auto record = run(small_spec_of("mlp", {{"name", "nero"}, {"implementation", "tensor_operations"}}));
  const auto largest = 4 * kSmallModels.at("mlp").largest;
  EXPECT_GE(record.memory.step_transient_peak, largest);
  EXPECT_LT(record.memory.step_transient_peak, 4 * largest);
}

TEST(StepTransientPeak, OfFusedStepsHoldsNoTensorAtAll) {
  const Json model{{"name", "mlp"}, {"depth", 3}, {"width", 784}};
  for (const auto& entry : optimisers().entries()) {
    const auto record = run(figure_three(model, {{"name", entry.name}}));
    EXPECT_LT(record.memory.step_transient_peak, 4096) << entry.name;  // a norm of Madam's first step
  }
}

// The gradient of a layer is gone before that of the next one is complete; what the trial learns is the same.
TEST(StepInBackward, SavesMostOfTheGradientsWithEqualResults) {
  const Json model{{"name", "mlp"}, {"depth", 8}, {"width", 784}};
  for (const auto& entry : optimisers().entries()) {
    const auto after = run(figure_three(model, {{"name", entry.name}}));
    const auto within = run(figure_three(model, {{"name", entry.name}, {"step_in_backward", true}}));
    EXPECT_EQ(within.final_metrics, after.final_metrics) << entry.name;
    EXPECT_EQ(within.memory.gradients, 0) << entry.name;
    EXPECT_GT(after.memory.gradients, 7 * 4 * 784 * 784) << entry.name;
    EXPECT_LT(within.memory.allocator_peak, after.memory.allocator_peak - after.memory.gradients / 2) << entry.name;
  }
}

TEST(ActivationsPeak, IsThatOfTheModelWhateverTheOptimiser) {
  const auto reference = run(small_spec()).memory.activations_peak;
  EXPECT_GE(reference, 4 * 16 * (12 + 12 + 10));  // what a batch of 16 leaves for backward
  for (const auto& entry : optimisers().entries())
    EXPECT_EQ(run(with_optimiser(small_spec(), {{"name", entry.name}})).memory.activations_peak, reference)
        << entry.name;
}

TEST(ActivationsPeak, IsThatOfTrainingNotOfEvaluation) {
  auto spec = with_task(small_spec(), "/batch_size", 40);  // one step an epoch
  spec.evaluate = {};
  const auto reference = run(spec).memory.activations_peak;
  spec = with_task(with_task(spec, "/evaluation_batch_size", 5000), "/data/test_samples", 5000);
  spec.evaluate = {"test"};
  EXPECT_EQ(run(spec).memory.activations_peak, reference);
}

TEST(AllocatorPeak, HoldsParametersGradientsAndState) {
  const auto memory = run(with_optimiser(small_spec(), {{"name", "adam"}})).memory;
  EXPECT_GE(memory.allocator_peak, memory.parameters + memory.gradients + memory.optimiser_state);
  EXPECT_EQ(memory.allocator_reserved, memory.allocator_peak);
  EXPECT_GT(memory.process_peak, memory.allocator_peak);
}

TEST(AllocatorPeak, IsThatOfTheTrialWhateverTheProcessDidBefore) {
  const auto alone = run(small_spec()).memory.allocator_peak;
  const auto larger = run(with_task(small_spec(), "/model/width", 1000)).memory.allocator_peak;
  EXPECT_GT(larger, alone + 4'000'000);
  EXPECT_EQ(run(small_spec()).memory.allocator_peak, alone);
}

}  // namespace
}  // namespace nero_bench
