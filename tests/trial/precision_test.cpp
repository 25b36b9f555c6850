#include "trial/precision.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"

namespace nero_bench {
namespace {

using testing::HasSubstr;

TEST(Precision, IsFloat32WhereATaskSaysNothing) {
  const Json task = Json::object();
  JsonReader reader(task, "test", "task");
  EXPECT_EQ(parse_precision(reader), Precision::kFloat32);
  EXPECT_EQ(precision_of(task), "float32");
}

TEST(Precision, OfAnotherNameIsAnErrorThatListsAll) {
  const Json task{{"precision", "float16"}};
  JsonReader reader(task, "test", "task");
  try {
    parse_precision(reader);
    FAIL() << "no error";
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), HasSubstr(R"(test: at task.precision: expected one of "float32", "tf32", "bfloat16")"));
  }
}

TEST(Precision, StandsInLabelsWhereItIsReduced) {
  EXPECT_EQ(with_precision("depth 5", Json::object()), "depth 5");
  EXPECT_EQ(with_precision("depth 5", {{"precision", "float32"}}), "depth 5");
  EXPECT_EQ(with_precision("depth 5", {{"precision", "tf32"}}), "depth 5, tf32");
  EXPECT_EQ(with_precision("depth 5", {{"precision", 32}}), "depth 5");  // refused where the task is parsed
}

}  // namespace
}  // namespace nero_bench
