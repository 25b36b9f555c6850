#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "learning/optimisers/optimisers.h"
#include "learning/training/trials.h"

namespace nero_bench {
namespace {

using testing::Gt;
using testing::Key;
using testing::UnorderedElementsAre;

TEST(TrialRunTwice, HasTheSameReproduciblePart) {
  for (const auto& entry : optimisers().entries()) {
    const auto spec = with_optimiser(small_spec(), {{"name", entry.name}});
    EXPECT_EQ(reproducible_part(run(spec)), reproducible_part(run(spec))) << entry.name;
  }
}

TEST(TrialRunTwice, HasTheSameReproduciblePartWhateverRanBetween) {
  const auto first = reproducible_part(run(small_spec()));
  run(with_optimiser(with_task(small_spec(), "/model/width", 300), {{"name", "lamb"}}));
  EXPECT_EQ(reproducible_part(run(small_spec())), first);
}

TEST(Trial, OfAnotherSeedIsAnotherTrial) {
  auto spec = small_spec();
  const auto first = run(spec);
  spec.seed = 1;
  const auto second = run(spec);
  EXPECT_NE(first.final_metrics, second.final_metrics);
  EXPECT_NE(first.id(), second.id());
}

// Optimisers are compared from the same weights and on the same batches.
TEST(Trial, OfAnotherOptimiserOrRateStartsFromTheSamePlace) {
  auto spec = small_spec();
  const auto sgd = run(spec).initial;
  spec.learning_rate = 1;
  EXPECT_EQ(run(spec).initial, sgd);
  EXPECT_EQ(run(with_optimiser(small_spec(), {{"name", "adam"}})).initial, sgd);
}

TEST(Record, SurvivesTheWayThroughJson) {
  auto spec = small_spec();
  spec.record_steps = true;
  auto diverging = spec;
  diverging.learning_rate = 1e30;
  for (const auto& record : {run(spec), run(diverging)}) {
    const auto text = to_json(record).dump();
    EXPECT_EQ(to_json(parse_trial_record(Json::parse(text), "test")).dump(), text);
  }
}

TEST(Record, SaysWhatResultsDependOn) {
  const auto environment = run(small_spec()).environment;
  EXPECT_EQ(environment.at("threads"), "1");
  EXPECT_EQ(environment.at("device"), "cpu");
  EXPECT_EQ(environment.at("deterministic"), "yes");
  for (const char* name : {"libtorch", "blas", "cpu", "cpu_capability", "commit", "compiler", "operating_system"})
    EXPECT_NE(environment.at(name), "") << name;
}

TEST(Record, TimesEveryPartOfTheTrial) {
  const auto timings = run(small_spec()).timings;
  EXPECT_GT(timings.build_seconds, 0);
  EXPECT_GT(timings.evaluate_seconds, 0);
  EXPECT_GT(timings.optimiser_seconds, 0);
  EXPECT_GT(timings.step_seconds, timings.optimiser_seconds);
  EXPECT_GT(timings.train_seconds, timings.step_seconds);
}

TEST(Record, OfNeroCountsRowsItCannotProjectAndNeuronsThatAreFrozen) {
  EXPECT_THAT(run(with_optimiser(small_spec(), {{"name", "nero"}})).counts,
              UnorderedElementsAre(Key("model.parameters"), Key("model.tensors"), Key("model.degenerate_rows"),
                                   Key("model.frozen_neurons")));
}

// Ten well separated classes, where guessing scores 0.1: every optimiser at a rate that is usual for it.
TEST(EveryOptimiser, LearnsSeparableClasses) {
  const std::map<std::string, double> rates{{"nero", 0.01}, {"lamb", 0.01}, {"madam", 0.03},
                                            {"sgd", 0.1},   {"adam", 0.01}, {"adamw", 0.01}};
  auto spec = small_spec();
  spec.task["data"] = {{"name", "synthetic"}, {"noise", 0.5}, {"train_samples", 1000}};
  spec.task["model"]["width"] = 32;
  spec.budget.epochs = 5;
  for (const auto& entry : optimisers().entries()) {
    spec.learning_rate = rates.at(entry.name);
    const auto record = run(with_optimiser(spec, {{"name", entry.name}}));
    EXPECT_THAT(record.final_metrics.at("test.accuracy"), Gt(0.9)) << entry.name;
    EXPECT_THAT(record.final_metrics.at("test.loss"), Gt(0)) << entry.name;
  }
}

}  // namespace
}  // namespace nero_bench
