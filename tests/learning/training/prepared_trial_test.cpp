#include "learning/training/prepared_trial.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "learning/training/trials.h"

namespace nero_bench {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const SpecOrigin kOrigin{"sweep.json", "tasks[1]", "optimisers[2]", "schedules[0]"};

TEST(PreparedTrial, NamesTheFileAndTheOriginOfAnUnknownOption) {
  auto spec = with_task(small_spec(), "/model/dept", 3);
  EXPECT_THAT(complaint_about(spec, kOrigin), HasSubstr("sweep.json: at tasks[1].model.dept: unknown key"));
  spec = with_optimiser(small_spec(), {{"name", "nero"}, {"bata", 0.9}});
  EXPECT_THAT(complaint_about(spec, kOrigin), HasSubstr("sweep.json: at optimisers[2].bata: unknown key"));
  spec = small_spec();
  spec.schedule["factor"] = 0.9;
  EXPECT_THAT(complaint_about(spec, kOrigin), HasSubstr("sweep.json: at schedules[0].factor: unknown key"));
}

TEST(PreparedTrial, RefusesAnUnknownSplit) {
  auto spec = small_spec();
  spec.evaluate = {"test", "tset"};
  EXPECT_THAT(complaint_about(spec, kOrigin),
              AllOf(HasSubstr("sweep.json: at evaluate: expected 'train', 'train_clean'"), HasSubstr("'tset'")));
}

TEST(PreparedTrial, EvaluatesAValidationSplitOnlyWhereSamplesAreHeldOut) {
  auto spec = small_spec();
  spec.evaluate = {"validation"};
  EXPECT_THAT(complaint_about(spec, kOrigin), HasSubstr("sweep.json: at evaluate: 'validation' is nothing yet"));
  spec.task["data"]["validation_samples"] = 5;
  EXPECT_THAT(prepare_trial(spec, kOrigin).evaluate, testing::ElementsAre(Split::kValidation));
}

Json adam_with_roles(const Json& roles) { return {{"name", "adam"}, {"beta1", 0.5}, {"roles", roles}}; }

Json resolved_optimiser(const Json& roles) {
  return prepare_trial(with_optimiser(small_spec(), adam_with_roles(roles))).resolved.at("optimiser").at("model");
}

TEST(Roles, OverrideTheCommonOptions) {
  EXPECT_EQ(resolved_optimiser({{"model", {{"beta1", 0}}}}).at("beta1"), 0);
  EXPECT_EQ(resolved_optimiser({{"model", {{"beta2", 0.9}}}}).at("beta1"), 0.5);
  EXPECT_EQ(resolved_optimiser({{"model", {{"beta2", 0.9}}}}).at("beta2"), 0.9);
}

TEST(Roles, MayBeEmpty) {
  EXPECT_EQ(resolved_optimiser(Json::object()).at("beta1"), 0.5);
  EXPECT_EQ(resolved_optimiser({{"model", Json::object()}}).at("beta1"), 0.5);
}

std::string complaint_about_roles(const Json& roles) {
  return complaint_about(with_optimiser(small_spec(), adam_with_roles(roles)), kOrigin);
}

TEST(Roles, OfAnotherTaskOrTypeAreErrorsAtTheirPlace) {
  EXPECT_THAT(complaint_about_roles({{"generator", Json::object()}}),
              AllOf(HasSubstr("sweep.json: at optimisers[2].roles.generator: the task has no such role"),
                    HasSubstr("'model'")));
  EXPECT_THAT(complaint_about_roles({{"model", 0.1}}), HasSubstr("at optimisers[2].roles.model: expected an object"));
  EXPECT_THAT(complaint_about_roles("model"), HasSubstr("at optimisers[2].roles: expected an object"));
  EXPECT_THAT(complaint_about_roles(nullptr), HasSubstr("at optimisers[2].roles: expected an object"));
}

TEST(Roles, WithABadOptionAreAnErrorAtThatOption) {
  EXPECT_THAT(complaint_about_roles({{"model", {{"bata1", 0.9}}}}),
              HasSubstr("at optimisers[2].roles.model.bata1: unknown key"));
  EXPECT_THAT(complaint_about_roles({{"model", {{"beta2", 2}}}}),
              HasSubstr("at optimisers[2].roles.model.beta2: expected a number in [0, 1), found 2"));
}

TEST(Roles, DoNotTakeTheBlameForTheCommonOptions) {
  const Json optimiser{{"name", "adam"}, {"bata1", 0.5}, {"roles", {{"model", {{"beta2", 0.9}}}}}};
  EXPECT_THAT(complaint_about(with_optimiser(small_spec(), optimiser), kOrigin),
              HasSubstr("at optimisers[2].bata1: unknown key"));
}

TEST(Roles, MayCompleteCommonOptionsThatAreNotEnoughAlone) {
  const Json optimiser{{"name", "sgd"}, {"nesterov", true}, {"roles", {{"model", {{"momentum", 0.9}}}}}};
  EXPECT_EQ(complaint_about(with_optimiser(small_spec(), optimiser)), "");
}

TEST(PreparedTrial, IsResolvedWithEveryDefault) {
  const auto resolved = prepare_trial(small_spec()).resolved;
  EXPECT_EQ(resolved.at("optimiser").at("model"), (Json{{"name", "sgd"},
                                                        {"momentum", 0.0},
                                                        {"nesterov", false},
                                                        {"weight_decay", 0.0},
                                                        {"clip_norm", 0.0},
                                                        {"implementation", "auto"},
                                                        {"step_in_backward", false}}));
  EXPECT_EQ(resolved.at("task").at("evaluation_batch_size"), 250);
  EXPECT_EQ(resolved.at("task").at("data").at("classes"), 10);
  EXPECT_EQ(resolved.at("task").at("model").at("init"), "default");
}

// What a trial was resolved to can be run again, and is the same trial.
TEST(PreparedTrial, OfItsOwnResolvedOptionsResolvesToTheSame) {
  const auto resolved = prepare_trial(small_spec()).resolved;
  auto spec = small_spec();
  spec.task = resolved.at("task");
  spec.optimiser = resolved.at("optimiser").at("model");
  spec.schedule = resolved.at("schedule");
  EXPECT_EQ(prepare_trial(spec).resolved, resolved);
}

}  // namespace
}  // namespace nero_bench
