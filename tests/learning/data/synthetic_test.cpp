#include "learning/data/synthetic.h"

#include <ATen/ops/bincount.h>
#include <ATen/ops/equal.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "learning/data/loaded.h"

namespace nero_bench {
namespace {

using testing::HasSubstr;

LoadedSet synthetic(const Json& options) {
  Json config = options;
  config["name"] = "synthetic";
  JsonReader reader(config, "test");
  return LoadedSet(parse_image_data_set(reader)({}));
}

TEST(Synthetic, HasTheShapesOfItsOptions) {
  const auto set = synthetic({{"classes", 4}, {"channels", 3}, {"side", 5}, {"train_samples", 7}, {"test_samples", 2}});
  EXPECT_EQ(set.classes, 4);
  EXPECT_EQ(set.train.inputs.sizes(), (std::vector<std::int64_t>{7, 3, 5, 5}));
  EXPECT_EQ(set.test.inputs.sizes(), (std::vector<std::int64_t>{2, 3, 5, 5}));
  EXPECT_EQ(set.train.inputs.scalar_type(), at::kFloat);
  EXPECT_EQ(set.test.labels.scalar_type(), at::kLong);
}

TEST(Synthetic, IsTheSameEveryTimeAndAnotherForAnotherSeed) {
  const auto first = synthetic({{"seed", 3}});
  const auto again = synthetic({{"seed", 3}});
  EXPECT_TRUE(at::equal(first.train.inputs, again.train.inputs));
  EXPECT_TRUE(at::equal(first.test.inputs, again.test.inputs));
  EXPECT_FALSE(at::equal(first.train.inputs, synthetic({{"seed", 4}}).train.inputs));
}

TEST(Synthetic, HasClassesOfEqualSizeUpToOne) {
  const auto counts = at::bincount(synthetic({{"classes", 7}, {"train_samples", 100}}).train.labels);
  EXPECT_EQ(counts.numel(), 7);
  EXPECT_EQ(counts.min().item<std::int64_t>(), 14);
  EXPECT_EQ(counts.max().item<std::int64_t>(), 15);
}

TEST(Synthetic, WithoutNoiseIsItsCentresInTrainingAndTest) {
  const auto set = synthetic({{"noise", 0}, {"classes", 3}, {"train_samples", 6}, {"test_samples", 3}});
  EXPECT_TRUE(at::equal(set.train.inputs.narrow(0, 0, 3), set.train.inputs.narrow(0, 3, 3)));
  EXPECT_TRUE(at::equal(set.train.inputs.narrow(0, 0, 3), set.test.inputs));
  EXPECT_FALSE(at::equal(set.train.inputs[0], set.train.inputs[1]));
}

// 64,000 numbers each: the standard error of a deviation of 2 is 0.0056, of the 640 centres' 0.028.
TEST(Synthetic, ScattersAroundItsCentresAsTold) {
  const auto centres = synthetic({{"noise", 0}}).train.inputs.to(at::kDouble);
  const auto noise = synthetic({{"noise", 2}}).train.inputs.to(at::kDouble) - centres;
  EXPECT_NEAR(noise.std().item<double>(), 2, 0.03);
  EXPECT_NEAR(noise.mean().item<double>(), 0, 0.04);
  EXPECT_NEAR(centres.std().item<double>(), 1, 0.15);
}

TEST(Synthetic, DrawsTrainingAndTestNoiseIndependently) {
  const auto set = synthetic({{"train_samples", 500}, {"test_samples", 500}});
  EXPECT_FALSE(at::equal(set.train.inputs, set.test.inputs));
}

TEST(Synthetic, OfImpossibleOptionsIsAConfigError) {
  const auto complaint = [](const Json& options) -> std::string {
    try {
      synthetic(options);
    } catch (const ConfigError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(complaint({{"classes", 1}}), HasSubstr("at classes: expected a whole number in [2, 10000], found 1"));
  EXPECT_THAT(complaint({{"noise", -1}}), HasSubstr("at noise"));
  EXPECT_THAT(complaint({{"side", 2.5}}), HasSubstr("at side: expected a whole number"));
  EXPECT_THAT(complaint({{"pool", 2}}), HasSubstr("pool: unknown key"));
}

}  // namespace
}  // namespace nero_bench
