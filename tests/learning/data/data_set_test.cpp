#include "learning/data/data_set.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/equal.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "learning/data/loaded.h"

namespace nero_bench {
namespace {

using testing::HasSubstr;

LoadImages synthetic(Json options) {
  options["name"] = "synthetic";
  JsonReader reader(options, "test");
  return parse_image_data_set(reader);
}

// One row an image: its pixels and its class, in ascending order.
std::vector<std::vector<float>> sorted_rows(const Examples& examples) {
  const auto pixels = examples.inputs.flatten(1);
  const auto rows = at::cat({pixels, examples.labels.unsqueeze(1).to(at::kFloat)}, 1);
  std::vector<std::vector<float>> sorted;
  for (std::int64_t row = 0; row < rows.size(0); ++row) {
    const auto* first = rows.const_data_ptr<float>() + row * rows.size(1);
    sorted.emplace_back(first, first + rows.size(1));
  }
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

TEST(Validation, HoldsImagesOutOfTheTrainingSplitAndLeavesTheTestSplitAsItIs) {
  const auto whole = synthetic({{"train_samples", 30}})({});
  const auto split = synthetic({{"train_samples", 30}, {"validation_samples", 8}})({});
  EXPECT_EQ(split.train->size(), 22);
  EXPECT_EQ(split.validation->size(), 8);
  const auto train = all_of(*split.train), held_out = all_of(*split.validation);
  EXPECT_EQ(sorted_rows({at::cat({train.inputs, held_out.inputs}), at::cat({train.labels, held_out.labels})}),
            sorted_rows(all_of(*whole.train)));
  EXPECT_TRUE(at::equal(split.train->labels(), train.labels));
  EXPECT_TRUE(at::equal(all_of(*split.test).inputs, all_of(*whole.test).inputs));
}

TEST(Validation, HoldsTheSameImagesOutEveryTime) {
  const Json options{{"train_samples", 30}, {"validation_samples", 8}};
  EXPECT_TRUE(
      at::equal(all_of(*synthetic(options)({}).validation).inputs, all_of(*synthetic(options)({}).validation).inputs));
}

TEST(Validation, IsKnownBeforeTheFilesAreRead) {
  EXPECT_FALSE(synthetic({{"train_samples", 30}}).has_validation());
  const auto load = synthetic({{"train_samples", 30}, {"validation_samples", 8}});
  EXPECT_TRUE(load.has_validation());
  EXPECT_EQ(load.train_samples(), 22);
}

TEST(Validation, LeavesSomeToTrainOn) {
  EXPECT_THAT(
      [] {
        synthetic({{"train_samples", 30}, {"validation_samples", 30}});
      },
      testing::ThrowsMessage<ConfigError>(HasSubstr("validation_samples: expected a whole number in [0, 29]")));
}

}  // namespace
}  // namespace nero_bench
