#include "base/json_reader.h"

#include <gmock/gmock.h>

#include <functional>
#include <stdexcept>

#include "base/errors.h"

namespace nero_bench {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

enum class Init { kDefault, kBalanced };
const std::vector<std::pair<std::string, Init>> kInits{{"default", Init::kDefault}, {"balanced", Init::kBalanced}};

std::string error_of(const Json& json, const std::function<void(JsonReader&)>& body) {
  try {
    JsonReader reader(json, "file.json", "task");
    body(reader);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

TEST(JsonReader, ReadsRequiredAndOptionalValues) {
  const Json json{{"depth", 5}, {"rate", 0.5}, {"name", "mlp"}, {"seeds", {1, 2}}, {"bias", true}};
  JsonReader reader(json, "file.json");
  EXPECT_EQ(reader.required<std::int64_t>("depth"), 5);
  EXPECT_EQ(reader.required<double>("rate"), 0.5);
  EXPECT_EQ(reader.required<std::string>("name"), "mlp");
  EXPECT_THAT(reader.required<std::vector<std::int64_t>>("seeds"), ElementsAre(1, 2));
  EXPECT_TRUE(reader.required<bool>("bias"));
  EXPECT_EQ(reader.optional("momentum", 0.9), 0.9);
  EXPECT_EQ(reader.choice("init", Init::kDefault, kInits), Init::kDefault);
  EXPECT_EQ(reader.optional("nesterov", false, "a description changes nothing"), false);
  reader.finish();
  EXPECT_EQ(reader.resolved().at("momentum"), 0.9);
  EXPECT_EQ(reader.resolved().at("init"), "default");
}

TEST(JsonReader, AWholeNumberIsANumberButNotTheOtherWayRound) {
  const Json json{{"a", 1}, {"b", 1.0}};
  JsonReader reader(json, "file.json");
  EXPECT_EQ(reader.required<double>("a"), 1.0);
  EXPECT_THROW(reader.required<std::int64_t>("b"), ConfigError);
}

TEST(JsonReader, NamesPathExpectationFindingAndRemedyOfAWrongType) {
  EXPECT_THAT(error_of({{"depth", "five"}}, [](auto& reader) { reader.template required<std::int64_t>("depth"); }),
              AllOf(HasSubstr("file.json"), HasSubstr("task.depth"), HasSubstr("expected a whole number"),
                    HasSubstr("found \"five\""), HasSubstr("correct")));
  EXPECT_THAT(
      error_of({{"bias", 1}}, [](auto& reader) { reader.optional("bias", true); }),
      AllOf(HasSubstr("task.bias"), HasSubstr("true or false"), HasSubstr("found 1"), HasSubstr("default true")));
  EXPECT_THAT(error_of({{"seeds", {1, "x"}}},
                       [](auto& reader) { reader.template required<std::vector<std::int64_t>>("seeds"); }),
              HasSubstr("at task.seeds[1]: expected a whole number, found \"x\"; correct the value"));
}

TEST(JsonReader, NamesTheRangeOfAValueOutsideIt) {
  EXPECT_THAT(
      error_of({{"rate", 0}}, [](auto& reader) { reader.template required<double>("rate", Range::positive()); }),
      AllOf(HasSubstr("task.rate"), HasSubstr("> 0"), HasSubstr("found 0")));
  EXPECT_THAT(error_of({{"beta", 1}}, [](auto& reader) { reader.optional("beta", 0.9, Range::decay()); }),
              AllOf(HasSubstr("in [0, 1)"), HasSubstr("default 0.9")));
  EXPECT_THAT(
      error_of({{"seeds", {0, -1}}},
               [](auto& reader) { reader.template required<std::vector<std::int64_t>>("seeds", Range::at_least(0)); }),
      HasSubstr(">= 0"));
}

TEST(JsonReader, RefusesAWholeNumberThatNoInt64Holds) {
  EXPECT_THAT(error_of({{"seed", 18446744073709551615ULL}},
                       [](auto& reader) { reader.template required<std::int64_t>("seed"); }),
              HasSubstr("a whole number"));
}

TEST(JsonReader, SuggestsToRenameAKeyThatResemblesAMissingOne) {
  EXPECT_THAT(error_of({{"dept", 5}}, [](auto& reader) { reader.template required<std::int64_t>("depth"); }),
              AllOf(HasSubstr("task.depth"), HasSubstr("found nothing"), HasSubstr("rename 'dept' to 'depth'")));
  EXPECT_THAT(error_of({{"colour", 5}}, [](auto& reader) { reader.template required<std::int64_t>("depth"); }),
              HasSubstr("add \"depth\""));
}

TEST(JsonReader, RefusesKeysThatNobodyReadWithTheNearestKnownOne) {
  const auto body = [](JsonReader& reader) {
    reader.optional("momentum", 0.0);
    reader.optional("nesterov", false);
    reader.finish();
  };
  EXPECT_THAT(error_of({{"momentun", 0.9}}, body),
              AllOf(HasSubstr("task.momentun"), HasSubstr("unknown key"), HasSubstr("did you mean 'momentum'?"),
                    HasSubstr("'nesterov'")));
  EXPECT_THAT(error_of({{"qqq", 0.9}}, body),
              AllOf(HasSubstr("unknown key"), HasSubstr("remove it"), Not(HasSubstr("did you mean"))));
}

TEST(JsonReader, NamesThePathOfNestedObjectsAndLists) {
  const Json json{{"model", {{"layers", {{{"width", 1}}, {{"width", "x"}}}}}}};
  EXPECT_THAT(error_of(json,
                       [](auto& reader) {
                         for (auto& layer : reader.object("model").objects("layers"))
                           layer.template required<std::int64_t>("width");
                       }),
              HasSubstr("task.model.layers[1].width"));
}

TEST(JsonReader, ExpectsObjectsWhereItIsToldTo) {
  EXPECT_THAT(error_of({{"model", 3}}, [](auto& reader) { reader.object("model"); }),
              AllOf(HasSubstr("task.model"), HasSubstr("an object"), HasSubstr("found 3")));
  EXPECT_THAT(error_of(Json::object(), [](auto& reader) { reader.object("model"); }),
              AllOf(HasSubstr("an object"), HasSubstr("add \"model\"")));
  EXPECT_THAT(error_of({{"list", Json::array()}}, [](auto& reader) { reader.objects("list"); }),
              HasSubstr("at least one object"));
  EXPECT_THAT(error_of({{"list", {1}}}, [](auto& reader) { reader.objects("list"); }),
              AllOf(HasSubstr("task.list[0]"), HasSubstr("an object")));
  EXPECT_THROW(JsonReader(Json(3), "file.json"), ConfigError);
}

TEST(JsonReader, ListsTheNamesOfAChoice) {
  EXPECT_THAT(error_of({{"init", "orthogonal"}}, [](auto& reader) { reader.choice("init", Init::kDefault, kInits); }),
              AllOf(HasSubstr("one of \"default\", \"balanced\""), HasSubstr("found \"orthogonal\"")));
}

TEST(JsonReader, CutsALongFindingShort) {
  EXPECT_LT(error_of({{"depth", std::string(100'000, 'x')}},
                     [](auto& reader) { reader.template required<std::int64_t>("depth"); })
                .size(),
            400U);
}

TEST(JsonReader, DescribesTheOptionsItIsAskedForAndRefusesNothing) {
  auto reader = JsonReader::describing();
  reader.required<std::int64_t>("depth", "layers", Range::at_least(1));
  reader.optional("momentum", 0.5, "what is kept; 0: nothing");
  reader.choice("init", Init::kDefault, "of the weights", kInits);
  reader.object("model", "what learns").required<std::string>("name", "which");
  reader.finish();
  const Json& options = reader.description();
  ASSERT_EQ(options.size(), 5U);
  EXPECT_EQ(options[0].at("name"), "depth");
  EXPECT_EQ(options[0].at("type"), "a whole number >= 1");
  EXPECT_EQ(options[0].at("required"), true);
  EXPECT_EQ(options[1].at("default"), 0.5);
  EXPECT_EQ(options[2].at("default"), "default");
  EXPECT_EQ(options[1].at("description"), "what is kept; 0: nothing");
  EXPECT_EQ(options[2].at("description"), "of the weights");
  EXPECT_EQ(options[3].at("description"), "what learns");
  EXPECT_EQ(options[4].at("name"), "model.name");
}

TEST(JsonReader, DescribesNoOptionThatIsReadWithoutADescription) {
  auto reader = JsonReader::describing();
  EXPECT_THROW(reader.required<std::int64_t>("depth", Range::at_least(1)), std::logic_error);
  EXPECT_THROW(reader.optional("momentum", 0.5), std::logic_error);
  EXPECT_THROW(reader.choice("init", Init::kDefault, kInits), std::logic_error);
  EXPECT_THROW(reader.object("model"), std::logic_error);
  EXPECT_THROW(reader.optional_object("slurm"), std::logic_error);
}

}  // namespace
}  // namespace nero_bench
