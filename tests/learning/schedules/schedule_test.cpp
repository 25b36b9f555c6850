#include "learning/schedules/schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>

#include "base/errors.h"
#include "base/json.h"

namespace nero_bench {
namespace {

using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

Schedule schedule_of(const std::string& json) {
  const Json config = parse_json(json, "test");
  JsonReader reader(config, "test");
  return parse_schedule(reader);
}

// The epochs count from 0 here; figures that count from 1 are one off.
Progress epoch_and_step(std::int64_t epoch, std::int64_t step_in_epoch, std::int64_t epochs,
                        std::int64_t steps_per_epoch) {
  return {epoch * steps_per_epoch + step_in_epoch, epochs * steps_per_epoch, steps_per_epoch};
}

std::string complaint_about(const std::string& json) {
  try {
    schedule_of(json);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST(Constant, IsOneThroughout) {
  const auto schedule = schedule_of(R"({"name": "constant"})");
  EXPECT_EQ(schedule({0, 100, 10}), 1);
  EXPECT_EQ(schedule({99, 100, 10}), 1);
}

TEST(Exponential, GivesTheRatesOfTheMnistFigure) {
  const auto schedule = schedule_of(R"({"name": "exponential", "factor": 0.9})");
  EXPECT_EQ(schedule(epoch_and_step(0, 239, 50, 240)), 1);
  EXPECT_DOUBLE_EQ(schedule(epoch_and_step(1, 0, 50, 240)), 0.9);
  EXPECT_NEAR(schedule(epoch_and_step(49, 0, 50, 240)), 0.005726, 5e-7);
  EXPECT_EQ(schedule(epoch_and_step(49, 0, 50, 240)), schedule(epoch_and_step(49, 239, 50, 240)));
}

// Figures 1, 2 and 6: 391 iterations an epoch, 199 epochs numbered from 1.
double cifar_rate(const Schedule& schedule, std::int64_t epoch_from_1, std::int64_t iteration_from_1) {
  return schedule(epoch_and_step(epoch_from_1 - 1, iteration_from_1 - 1, 199, 391));
}

void expect_cifar_rates(const Schedule& schedule) {
  EXPECT_DOUBLE_EQ(cifar_rate(schedule, 1, 1), 1.0 / (1955 + 1e-8));
  EXPECT_DOUBLE_EQ(cifar_rate(schedule, 3, 391), 1173.0 / (1955 + 1e-8));
  EXPECT_NEAR(cifar_rate(schedule, 5, 391), 1, 1e-11);
  EXPECT_EQ(cifar_rate(schedule, 6, 1), 1);
  EXPECT_EQ(cifar_rate(schedule, 99, 391), 1);
  EXPECT_DOUBLE_EQ(cifar_rate(schedule, 100, 1), 0.2);
  EXPECT_DOUBLE_EQ(cifar_rate(schedule, 149, 391), 0.2);
  EXPECT_DOUBLE_EQ(cifar_rate(schedule, 150, 1), 0.04);
  EXPECT_DOUBLE_EQ(cifar_rate(schedule, 179, 391), 0.04);
  EXPECT_DOUBLE_EQ(cifar_rate(schedule, 180, 1), 0.008);
  EXPECT_DOUBLE_EQ(cifar_rate(schedule, 199, 391), 0.008);
}

TEST(WarmupMilestones, GivesTheRatesOfTheCifarFiguresInEpochs) {
  expect_cifar_rates(schedule_of(
      R"({"name": "warmup_milestones", "unit": "epochs", "warmup": 5, "milestones": [100, 150, 180], "decay": 0.2})"));
}

TEST(WarmupMilestones, GivesTheRatesOfTheCifarFiguresInSteps) {
  expect_cifar_rates(schedule_of(
      R"({"name": "warmup_milestones", "unit": "steps", "warmup": 1955, "milestones": [38709, 58259, 69989], "decay": 0.2})"));
}

TEST(WarmupMilestones, GivesTheRatesOfTheCifarFiguresInRoundedFractions) {  // 5, 99, 149 and 179 of 199
  expect_cifar_rates(schedule_of(
      R"({"name": "warmup_milestones", "warmup": 0.025126, "milestones": [0.497487, 0.748744, 0.899497], "decay": 0.2})"));
}

TEST(WarmupMilestones, InFractionsKeepItsShapeInAShortRun) {
  const auto schedule =
      schedule_of(R"({"name": "warmup_milestones", "warmup": 0.1, "milestones": [0.5, 0.8], "decay": 0.2})");
  EXPECT_NEAR(schedule({0, 40, 10}), 0.25, 1e-8);
  EXPECT_NEAR(schedule({3, 40, 10}), 1, 1e-8);
  EXPECT_EQ(schedule({19, 40, 10}), 1);
  EXPECT_DOUBLE_EQ(schedule({20, 40, 10}), 0.2);
  EXPECT_DOUBLE_EQ(schedule({32, 40, 10}), 0.04);
}

TEST(WarmupMilestones, DividesByTenAfterEpochTenOfTheWikitextFigure) {  // 20 epochs from 1, 2,984 chunks
  const auto schedule = schedule_of(R"({"name": "warmup_milestones", "unit": "epochs", "milestones": [11]})");
  EXPECT_EQ(schedule(epoch_and_step(0, 0, 20, 2984)), 1);
  EXPECT_EQ(schedule(epoch_and_step(9, 2983, 20, 2984)), 1);
  EXPECT_DOUBLE_EQ(schedule(epoch_and_step(10, 0, 20, 2984)), 0.1);
  EXPECT_DOUBLE_EQ(schedule(epoch_and_step(19, 2983, 20, 2984)), 0.1);
}

TEST(WarmupMilestones, DividesByTenFromEpochHundredOfTheGanFigure) {  // 121 epochs from 0, 196 iterations
  const auto schedule = schedule_of(R"({"name": "warmup_milestones", "unit": "epochs", "milestones": [101]})");
  EXPECT_EQ(schedule(epoch_and_step(99, 195, 121, 196)), 1);
  EXPECT_DOUBLE_EQ(schedule(epoch_and_step(100, 0, 121, 196)), 0.1);
}

TEST(WarmupMilestones, DoNotActDuringTheWarmup) {
  const auto schedule =
      schedule_of(R"({"name": "warmup_milestones", "unit": "steps", "warmup": 10, "milestones": [5]})");
  EXPECT_NEAR(schedule({7, 100, 10}), 0.8, 1e-8);
  EXPECT_DOUBLE_EQ(schedule({10, 100, 10}), 0.1);
}

TEST(WarmupMilestones, OfNeitherPartIsConstant) {
  const auto schedule = schedule_of(R"({"name": "warmup_milestones"})");
  EXPECT_EQ(schedule({0, 10, 10}), 1);
  EXPECT_EQ(schedule({9, 10, 10}), 1);
}

// Figure 4: 3,203 iterations an epoch, 90 epochs.
constexpr std::int64_t kImagenetSteps = 90 * 3203;

TEST(Cosine, InItsRecursiveFormGivesTheRatesOfTheImagenetFigure) {
  const auto schedule = schedule_of(R"({"name": "cosine", "form": "recursive"})");
  const auto rate = [&](std::int64_t step) { return schedule({step, kImagenetSteps, 3203}); };
  EXPECT_EQ(rate(0), 0);
  EXPECT_DOUBLE_EQ(rate(1), 1.0 / 3203);
  EXPECT_DOUBLE_EQ(rate(3202), 3202.0 / 3203);
  EXPECT_NEAR(rate(kImagenetSteps / 2), 0.5, 1e-5);
  // Applied rate by rate: each rate is the previous one times the quotient of the raised cosines.
  double previous = rate(3202);
  for (std::int64_t step = 3203; step < 3300; ++step) {
    const double pi = std::acos(-1.0);
    previous *= (1 + std::cos(pi * static_cast<double>(step) / kImagenetSteps)) /
                (1 + std::cos(pi * static_cast<double>(step - 1) / kImagenetSteps));
    EXPECT_NEAR(rate(step), previous, 1e-12) << step;
  }
}

TEST(Cosine, InItsPlainFormIsHalfACosine) {
  const auto schedule = schedule_of(R"({"name": "cosine"})");
  EXPECT_EQ(schedule({0, 600, 10}), 1);
  EXPECT_NEAR(schedule({200, 600, 10}), 0.75, 1e-15);  // cos 60° = ½
  EXPECT_NEAR(schedule({300, 600, 10}), 0.5, 1e-15);
  EXPECT_NEAR(schedule({400, 600, 10}), 0.25, 1e-15);
}

TEST(Cosine, InItsRecursiveFormWithoutWarmupIsThePlainOne) {
  const auto schedule = schedule_of(R"({"name": "cosine", "form": "recursive", "warmup_epochs": 0})");
  EXPECT_EQ(schedule({0, 600, 10}), 1);
  EXPECT_NEAR(schedule({400, 600, 10}), 0.25, 1e-15);
}

TEST(Cosine, InItsPlainFormHasNoWarmup) {
  EXPECT_THAT(complaint_about(R"({"name": "cosine", "warmup_epochs": 2})"), HasSubstr("warmup_epochs: unknown key"));
}

TEST(Triangle, GivesTheRatesOfTheTranslationFigure) {  // 100 epochs, 227 batches
  const auto schedule = schedule_of(R"({"name": "triangle"})");
  EXPECT_DOUBLE_EQ(schedule(epoch_and_step(0, 0, 100, 227)), 0.02);
  EXPECT_DOUBLE_EQ(schedule(epoch_and_step(0, 226, 100, 227)), 0.02);
  EXPECT_DOUBLE_EQ(schedule(epoch_and_step(49, 0, 100, 227)), 1);
  EXPECT_DOUBLE_EQ(schedule(epoch_and_step(98, 0, 100, 227)), 0.02);
  EXPECT_EQ(schedule(epoch_and_step(99, 226, 100, 227)), 0);
}

TEST(Linear, GivesTheRatesOfThePongFigure) {  // 4,882 updates
  const auto schedule = schedule_of(R"({"name": "linear"})");
  EXPECT_EQ(schedule({0, 4882, 4882}), 1);
  EXPECT_DOUBLE_EQ(schedule({2441, 4882, 4882}), 0.5);
  EXPECT_NEAR(schedule({4881, 4882, 4882}), 1 / 4882.0, 1e-15);
}

TEST(ScheduleOptions, OfTheWrongTypeRangeOrNameAreNamed) {
  EXPECT_THAT(complaint_about(R"({"name": "cosin"})"), HasSubstr("did you mean 'cosine'"));
  EXPECT_THAT(complaint_about(R"({"name": "cosine", "form": "wavy"})"),
              HasSubstr("form: expected one of \"plain\", \"recursive\""));
  EXPECT_THAT(complaint_about(R"({"name": "exponential"})"), HasSubstr("factor: expected a number > 0, found nothing"));
  EXPECT_THAT(complaint_about(R"({"name": "exponential", "factor": 0})"), HasSubstr("factor"));
  EXPECT_THAT(complaint_about(R"({"name": "warmup_milestones", "milestones": [0.5, 2]})"), HasSubstr("milestones"));
  EXPECT_THAT(complaint_about(R"({"name": "warmup_milestones", "unit": "epochs", "milestones": [0]})"),
              HasSubstr("milestones"));
  EXPECT_THAT(complaint_about(R"({"name": "constant", "factor": 1})"), HasSubstr("factor: unknown key"));
}

TEST(ScheduleRegistry, DescribesEveryOption) {
  std::map<std::string, std::size_t> options;
  for (const auto& entry : schedules().describe()) options[entry["name"]] = entry["options"].size();
  EXPECT_THAT(options, UnorderedElementsAre(Pair("constant", 0), Pair("exponential", 1), Pair("warmup_milestones", 4),
                                            Pair("cosine", 2), Pair("triangle", 0), Pair("linear", 0)));
}

}  // namespace
}  // namespace nero_bench
