#include "base/json.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "base/errors.h"

namespace nero_bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string error_of(const std::string& text, const JsonLimits& limits = {}) {
  try {
    parse_json(text, "file.json", limits);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

TEST(ParseJson, ReadsWhatIsJson) {
  const Json json = parse_json(R"({"a": [1, 2.5, "x", null, true], "b": {"a": 1}})", "file.json");
  EXPECT_EQ(json.at("a").at(1), 2.5);
  EXPECT_EQ(json.at("b").at("a"), 1);
}

TEST(ParseJson, RefusesAKeyThatStandsTwiceAndNamesItsPath) {
  EXPECT_THAT(error_of(R"({"a": {"b": 1, "b": 2}})"),
              AllOf(HasSubstr("file.json"), HasSubstr("a.b"), HasSubstr("twice"), HasSubstr("remove")));
}

TEST(ParseJson, AllowsTheSameKeyInDifferentObjects) {
  EXPECT_EQ(error_of(R"({"a": {"b": 1}, "c": {"b": 2}, "d": [{"b": 1}, {"b": 1}]})"), "no error");
}

TEST(ParseJson, TakesTheLastOfEqualKeysWhereTheLimitsAllowThem) {
  EXPECT_EQ(parse_json(R"({"a": 1, "a": 2})", "file.json", {.unique_keys = false}).at("a"), 2);
}

TEST(ParseJson, NamesLineAndColumnOfASyntaxError) {
  EXPECT_THAT(error_of("{\n  \"a\": 1,\n  oops\n}"),
              AllOf(HasSubstr("line 3"), HasSubstr("column"), HasSubstr("correct the file")));
}

TEST(ParseJson, RefusesNumbersThatAreNoNumbers) {
  EXPECT_THAT(error_of(R"({"a": NaN})"), HasSubstr("line 1"));
  EXPECT_THAT(error_of(R"({"a": Infinity})"), HasSubstr("line 1"));
  EXPECT_THAT(error_of(R"({"a": [{"b": 1e999}]})"),
              AllOf(HasSubstr("at a.b:"), HasSubstr("1.8e308, found 1e999"), HasSubstr("smaller")));
  EXPECT_THAT(error_of(R"({"a": 01})"), HasSubstr("line 1"));
}

TEST(ParseJson, RefusesTrailingTextCommentsAndNothing) {
  for (const char* text : {"", " ", "{} {}", "{} // end", "{'a': 1}", "{\"a\": 1,}"})
    EXPECT_NE(error_of(text), "no error") << text;
}

TEST(ParseJson, RefusesAZeroByteThatTheParserWouldTakeForTheEnd) {
  EXPECT_THAT(error_of(std::string("{}\n\0{", 5)), AllOf(HasSubstr("line 2, column 1"), HasSubstr("zero byte")));
}

TEST(ParseJson, RefusesInvalidUtf8) { EXPECT_NE(error_of("{\"a\": \"\xff\"}"), "no error"); }

TEST(ParseJson, RefusesAMillionBracketsOfEitherKind) {
  for (const bool unique_keys : {true, false}) {
    for (const char* bracket : {"[", "{\"a\":"}) {
      std::string text;
      for (int i = 0; i < 1'000'000; ++i) text += bracket;
      EXPECT_THAT(error_of(text, {.bytes = 1 << 24, .unique_keys = unique_keys}), HasSubstr("deeper than 64 levels"));
    }
  }
}

TEST(ParseJson, CountsNoBracketsInsideStrings) {
  const std::string text = R"({"a": ")" + std::string(1000, '[') + R"(\"[\\"})";
  EXPECT_EQ(error_of(text, {.unique_keys = false}), "no error");
  EXPECT_EQ(error_of(text), "no error");
}

TEST(ParseJson, AllowsExactlyTheDepthOfTheLimit) {
  for (const bool unique_keys : {true, false}) {
    const JsonLimits limits{.depth = 3, .unique_keys = unique_keys};
    EXPECT_EQ(error_of("[[[]]]", limits), "no error");
    EXPECT_THAT(error_of("[[[[]]]]", limits), HasSubstr("deeper than 3"));
  }
}

TEST(ParseJson, RefusesMoreTextThanTheLimit) {
  EXPECT_THAT(error_of(std::string(100, ' ') + "{}", {.bytes = 50}),
              AllOf(HasSubstr("102 bytes"), HasSubstr("at most 50")));
}

TEST(ParseJson, ShowsNoMoreThanAPieceOfAHugeKey) {
  const std::string key(100'000, 'k');
  EXPECT_LT(error_of("{\"" + key + "\": 1, \"" + key + "\": 2}").size(), 1000U);
}

TEST(LoadJson, NamesAFileThatIsMissingOrNoFile) {
  EXPECT_THROW(load_json("/nonexistent/config.json"), ConfigError);
  EXPECT_THROW(load_json("/"), ConfigError);
}

TEST(NumberToJson, KeepsNonFiniteNumbersAsStrings) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(number_to_json(std::nan("")), "nan");
  EXPECT_EQ(number_to_json(kInfinity), "inf");
  EXPECT_EQ(number_to_json(-kInfinity), "-inf");
  EXPECT_EQ(number_from_json(number_to_json(-kInfinity)), -kInfinity);
  EXPECT_TRUE(std::isnan(number_from_json("nan")));
  EXPECT_EQ(number_from_json(number_to_json(0.1)), 0.1);
  EXPECT_THROW(number_from_json("0.1"), std::invalid_argument);
  EXPECT_THROW(number_from_json(nullptr), std::invalid_argument);
}

}  // namespace
}  // namespace nero_bench
