#include "base/registry.h"

#include <gmock/gmock.h>

#include "base/errors.h"

namespace nero_bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

using Build = std::function<double()>;

const Registry<Build>& shapes() {
  static const Registry<Build> list("shape", {{"square", "a²",
                                               [](JsonReader& json) -> Build {
                                                 const auto side =
                                                     json.required<double>("side", "of the square", Range::positive());
                                                 return [side] { return side * side; };
                                               }},
                                              {"unit", "1", [](JsonReader&) -> Build { return [] { return 1.0; }; }}});
  return list;
}

TEST(Registry, ParsesTheOptionsOfTheNamedComponentIntoABuilder) {
  const Json json{{"name", "square"}, {"side", 3}};
  JsonReader reader(json, "file.json", "shape");
  const auto build = shapes().parse(reader);
  reader.finish();
  EXPECT_EQ(build(), 9);
}

TEST(Registry, NamesWhatThereIsWhereANameIsUnknown) {
  const Json json{{"name", "sqare"}};
  JsonReader reader(json, "file.json", "shape");
  try {
    shapes().parse(reader);
    FAIL() << "expected a ConfigError";
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("shape.name"), HasSubstr("the name of a shape"),
                                    HasSubstr("did you mean 'square'?"), HasSubstr("'unit'")));
  }
}

TEST(Registry, DescribesEveryComponentWithItsOptions) {
  const Json list = shapes().describe();
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].at("name"), "square");
  EXPECT_EQ(list[0].at("options")[0].at("name"), "side");
  EXPECT_EQ(list[0].at("options")[0].at("description"), "of the square");
  EXPECT_TRUE(list[1].at("options").empty());
}

}  // namespace
}  // namespace nero_bench
