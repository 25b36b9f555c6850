#include "learning/tasks/image_classification.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/errors.h"
#include "learning/tasks/spy.h"

namespace nero_bench {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

std::vector<int> sample_numbers(const at::Tensor& images) {
  const auto* first = images.const_data_ptr<float>();
  return {first, first + images.numel()};
}

// The samples of one step of a task that takes no other.
std::vector<int> samples_of_step(std::int64_t step, std::uint64_t seed = 0) {
  SpiedTask spied(numbered_samples(10, 3), {.batch_size = 4}, seed);
  spied.train_step(step);
  return sample_numbers(spied.model->shown.back());
}

std::vector<int> samples_of_epoch(std::int64_t epoch, std::uint64_t seed = 0) {
  std::vector<int> samples;
  for (std::int64_t step = 3 * epoch; step < 3 * epoch + 3; ++step) {
    const auto batch = samples_of_step(step, seed);
    samples.insert(samples.end(), batch.begin(), batch.end());
  }
  return samples;
}

TEST(Batches, ShowEverySampleOnceAnEpochTheLastShortBatchIncluded) {
  EXPECT_EQ(SpiedTask(numbered_samples(10, 3), {.batch_size = 4}).task->steps_per_epoch(), 3);
  EXPECT_EQ(samples_of_step(2).size(), 2);
  for (const std::int64_t epoch : {0, 1, 7}) {
    auto samples = samples_of_epoch(epoch);
    std::sort(samples.begin(), samples.end());
    EXPECT_THAT(samples, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
  }
}

TEST(Batches, ComeInAnotherOrderEveryEpochAndForEverySeed) {
  std::vector<int> in_file_order(10);
  std::iota(in_file_order.begin(), in_file_order.end(), 0);
  EXPECT_NE(samples_of_epoch(0), in_file_order);
  EXPECT_NE(samples_of_epoch(0), samples_of_epoch(1));
  EXPECT_NE(samples_of_epoch(0, 0), samples_of_epoch(0, 1));
}

TEST(Batches, DependOnSeedAndStepAloneNotOnWhatWasDoneBefore) {
  SpiedTask spied(numbered_samples(10, 3), {.batch_size = 4});
  spied.task->initial_measurements();
  for (const std::int64_t step : {0, 1, 5, 4, 9, 2}) {
    spied.task->evaluate(Split::kTrain, 0);
    spied.train_step(step);
    EXPECT_EQ(sample_numbers(spied.model->shown.back()), samples_of_step(step)) << step;
  }
}

TEST(Batches, LargerThanTheSetAreTheWholeSet) {
  SpiedTask spied(numbered_samples(10, 3), {.batch_size = 1000});
  EXPECT_EQ(spied.task->steps_per_epoch(), 1);
  spied.train_step(1);
  EXPECT_EQ(spied.model->shown.back().size(0), 10);
}

TEST(Epochs, HaveTheStepsOfThePapersFigures) {  // sections 2.3 and 8 of the specification: MNIST, CIFAR-10
  EXPECT_EQ(SpiedTask(numbered_samples(60'000, 1), {.batch_size = 250}).task->steps_per_epoch(), 240);
  EXPECT_EQ(SpiedTask(numbered_samples(50'000, 1), {.batch_size = 128}).task->steps_per_epoch(), 391);
}

std::vector<std::pair<std::string, double>> means(const Measurements& measurements) {
  MeasurementSums sums;
  sums.add(measurements);
  return sums.means();
}

void set_weight(const SpyModel& model, const at::Tensor& value) {
  const at::NoGradGuard no_gradient;
  model.weight().copy_(value);
}

TEST(TrainStep, ScoresTheBatchWithTheWeightsBeforeItsUpdate) {
  SpiedTask spied(one_hot_samples(9), {.batch_size = 9});
  spied.optimisers.front()->set_learning_rate(100);
  const auto before = spied.train_step(0);  // weights 0: every class 1/3, the first of equals is class 0
  EXPECT_EQ(before.front().count, 9);
  EXPECT_THAT(means(before), ElementsAre(Pair("running_loss", DoubleNear(std::log(3), 1e-6)),
                                         Pair("running_accuracy", DoubleNear(1.0 / 3, 1e-15))));
  EXPECT_THAT(means(spied.train_step(1)),
              ElementsAre(Pair("running_loss", DoubleNear(0, 1e-6)), Pair("running_accuracy", 1)));
}

// One sample in ten is left of the last batch; images and labels drawn apart would not fit.
TEST(TrainStep, KeepsImagesAndLabelsTogether) {
  SpiedTask spied(one_hot_samples(10), {.batch_size = 3});
  set_weight(*spied.model, 20 * at::eye(3));
  for (std::int64_t step = 0; step < 8; ++step) EXPECT_EQ(means(spied.train_step(step))[1].second, 1) << step;
}

// ∂/∂W of the mean cross-entropy at W = 0 is (1/3 − 1[k = j]) / 3 where every class has as many samples.
at::Tensor gradient_at_zero() { return (at::full({3, 3}, 1.0 / 3) - at::eye(3)) / 3; }

TEST(TrainStep, FollowsTheGradientOfItsOwnBatchAlone) {
  SpiedTask spied(one_hot_samples(9), {.batch_size = 9});
  for (std::int64_t step = 0; step < 3; ++step) {
    set_weight(*spied.model, at::zeros({3, 3}));
    spied.train_step(step);
    EXPECT_TRUE(at::allclose(spied.model->weight().detach(), -gradient_at_zero(), 1e-6, 1e-7)) << step;
  }
}

TEST(TrainStep, UsesTheStatisticsOfTheBatchUpdatesTheRunningOnesAndDrops) {
  SpiedTask spied(one_hot_samples(9), {.batch_size = 9});
  spied.train_step(0);
  const auto& pass = spied.model->passes.back();
  EXPECT_TRUE(pass.batch_statistics && pass.update_statistics && pass.dropout);
}

std::uint64_t seed_of_dropout(std::uint64_t seed, const std::vector<std::int64_t>& steps) {
  SpiedTask spied(one_hot_samples(9), {.batch_size = 3}, seed);
  for (const auto step : steps) spied.train_step(step);
  return spied.model->passes.back().dropout->current_seed();
}

TEST(TrainStep, DropsByAFunctionOfSeedAndStepAlone) {
  EXPECT_EQ(seed_of_dropout(0, {7}), seed_of_dropout(0, {5, 6, 7}));
  EXPECT_NE(seed_of_dropout(0, {7}), seed_of_dropout(0, {8}));
  EXPECT_NE(seed_of_dropout(0, {7}), seed_of_dropout(1, {7}));
}

TEST(Evaluation, UsesTheRunningStatisticsAndDropsNothing) {
  SpiedTask spied(one_hot_samples(9), {});
  for (const auto split : {Split::kTrain, Split::kTest}) {
    spied.task->evaluate(split, 0);
    const auto& pass = spied.model->passes.back();
    EXPECT_FALSE(pass.batch_statistics || pass.update_statistics || pass.dropout);
  }
}

TEST(InitialMeasurements, UseTheStatisticsOfTheBatchAndChangeNone) {
  SpiedTask spied(one_hot_samples(9), {.batch_size = 9});
  spied.task->initial_measurements();
  const auto& pass = spied.model->passes.back();
  EXPECT_TRUE(pass.batch_statistics);
  EXPECT_FALSE(pass.update_statistics || pass.dropout);
}

TEST(Top5, IsMeasuredWhereAskedFor) {  // of three classes, every label is among the five largest
  SpiedTask spied(one_hot_samples(9), {.batch_size = 9, .top5 = true});
  EXPECT_THAT(means(spied.train_step(0)).back(), Pair("running_top5_accuracy", 1));
  EXPECT_THAT(means(spied.task->evaluate(Split::kTest, 0)).back(), Pair("top5_accuracy", 1));
}

// Samples 0 … 9 of class number mod 3, logits (1, 0, 0) · number: right for 0, 3, 6, 9.
TEST(Evaluation, IsOverTheWholeSplitWhateverTheBatchSize) {
  for (const std::int64_t batch : {1, 4, 10, 100}) {
    SpiedTask spied(numbered_samples(6, 10), {.evaluation_batch_size = batch});
    set_weight(*spied.model, at::tensor({1.0, 0.0, 0.0}).reshape({3, 1}));
    double loss = 0;
    for (int number = 0; number < 10; ++number) loss += std::log(std::exp(number) + 2) - (number % 3 == 0 ? number : 0);
    EXPECT_THAT(means(spied.task->evaluate(Split::kTest, 0)),
                ElementsAre(Pair("loss", DoubleNear(loss / 10, 1e-6)), Pair("accuracy", 0.4)));
    EXPECT_THAT(means(spied.task->evaluate(Split::kTrain, 0))[1], Pair("accuracy", DoubleNear(2.0 / 6, 1e-15)));
  }
}

TEST(Evaluation, LeavesParametersAndGradientsAlone) {
  SpiedTask spied(one_hot_samples(9), {.batch_size = 4});
  spied.train_step(0);
  const auto weight = spied.model->weight().detach().clone();
  const auto gradient = spied.model->weight().grad().clone();
  spied.task->evaluate(Split::kTrain, 0);
  spied.task->evaluate(Split::kTest, 0);
  EXPECT_FALSE(spied.model->saw_gradients_enabled);
  EXPECT_TRUE(at::equal(spied.model->weight(), weight));
  EXPECT_TRUE(at::equal(spied.model->weight().grad(), gradient));
}

// Features: a mean of 1/3 and a variance of 2/9 each. The only layer is the first and the last one. Three classes, each
// as frequent.
TEST(InitialMeasurements, AreTheSpreadOfTheFeaturesTheNormsOfTheGradientsAndWhatAConstantScores) {
  SpiedTask spied(one_hot_samples(9), {.batch_size = 9});
  EXPECT_THAT(spied.task->initial_measurements(),
              ElementsAre(Pair("signal.spread", DoubleNear(std::sqrt(2), 1e-6)),
                          Pair("gradient_norm.first_layer", DoubleNear(std::sqrt(2) / 3, 1e-6)),
                          Pair("gradient_norm.last_layer", DoubleNear(std::sqrt(2) / 3, 1e-6)),
                          Pair("trivial.train.accuracy", DoubleNear(1.0 / 3, 1e-12)),
                          Pair("trivial.train.loss", DoubleNear(std::log(3), 1e-12)),
                          Pair("trivial.test.accuracy", DoubleNear(1.0 / 3, 1e-12)),
                          Pair("trivial.test.loss", DoubleNear(std::log(3), 1e-12))));
}

TEST(InitialMeasurements, LeaveParametersAndGradientsAlone) {
  SpiedTask spied(one_hot_samples(9), {.batch_size = 4});
  spied.task->initial_measurements();
  EXPECT_FALSE(spied.model->weight().grad().defined());
  EXPECT_TRUE(at::equal(spied.model->weight(), at::zeros({3, 3})));
}

Json small_task() {
  return {{"name", "image_classification"},
          {"batch_size", 16},
          {"data", {{"name", "synthetic"}, {"train_samples", 40}}},
          {"model", {{"name", "mlp"}, {"depth", 2}, {"width", 8}}}};
}

TaskPlan plan_of(const Json& config) {
  JsonReader reader(config, "test", "task");
  return parse_task(reader);
}

TEST(Task, HasTheRolesItsPlanAnnounces) {
  const auto plan = plan_of(small_task());
  std::vector<std::string> roles;
  for (const auto& set : plan.build({{}, 0, at::kCPU})->parameter_sets()) roles.push_back(set.role);
  EXPECT_EQ(plan.roles, roles);
}

TEST(Task, StartsFromTheSameWeightsForTheSameSeedWhateverTheBatchSize) {
  auto other = small_task();
  other["batch_size"] = 7;
  const auto weight = [](const Json& config, std::uint64_t seed) {
    return plan_of(config).build({{}, seed, at::kCPU})->parameter_sets()[0].parameters[0].tensor.detach();
  };
  EXPECT_TRUE(at::equal(weight(small_task(), 1), weight(other, 1)));
  EXPECT_FALSE(at::equal(weight(small_task(), 1), weight(small_task(), 2)));
}

std::string complaint_about(const std::string& path, const Json& value) {
  auto config = small_task();
  config[Json::json_pointer(path)] = value;
  try {
    plan_of(config);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST(TaskOptions, OfTheWrongNameTypeOrRangeAreErrorsWithTheirPath) {
  EXPECT_THAT(complaint_about("/name", "image_clasification"), HasSubstr("did you mean 'image_classification'"));
  EXPECT_THAT(complaint_about("/batch_size", 0), HasSubstr("test: at task.batch_size: expected a whole number in"));
  EXPECT_THAT(complaint_about("/data", "mnist"), HasSubstr("at task.data: expected an object"));
  EXPECT_THAT(complaint_about("/data/nose", 1), HasSubstr("at task.data.nose: unknown key; did you mean 'noise'"));
  EXPECT_THAT(complaint_about("/model/depth", "five"), HasSubstr("at task.model.depth: expected a whole number"));
  EXPECT_THAT(complaint_about("/models", Json::object()), HasSubstr("at task.models: unknown key"));
}

}  // namespace
}  // namespace nero_bench
