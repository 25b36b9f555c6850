#include "harness/experiment/search_space.h"

#include <gmock/gmock.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "harness/experiment/unit_points.h"
#include "harness/fixtures.h"

namespace nero_bench {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

SearchSpace space_of(const Json& space, const std::filesystem::path& folder = {}) {
  const Json json{{"space", space}};
  JsonReader reader(json, "test.json", "search");
  return parse_search_space(reader, "space", folder);
}

SearchSpace space_of(const char* text) { return space_of(Json::parse(text)); }

std::string error_from(const char* text) {
  return error_of([&] { space_of(text); });
}

// A folder for space files, removed again.
class Folder {
 public:
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }
  void write(const std::string& name, const std::string& text) const { std::ofstream(path / name) << text; }

  const std::filesystem::path path = std::filesystem::path(::testing::TempDir()) / "search_space_test";
};

TEST(SearchSpace, MapsTheUnitIntervalToRangesAndLists) {
  const auto space = space_of(R"({
    "a": {"min": 1e-4, "max": 1e-2, "scaling": "log"},
    "b": {"min": -1, "max": 3, "scaling": "linear"},
    "c": {"feasible_points": ["x", "y", "z"]}})");
  ASSERT_THAT(space.names(), ElementsAre("a", "b", "c"));
  const auto at = [&](std::size_t i, double unit) { return value_at(space.dimensions[i], unit); };
  EXPECT_EQ(at(0, 0), 1e-4);
  EXPECT_EQ(at(0, 0.5), 1e-3);
  EXPECT_EQ(at(0, 0.25), 0.000316228);  // 10^-3.5 in six digits
  EXPECT_EQ(at(1, 0.25), 0);
  EXPECT_EQ(at(1, 0.75), 2);
  EXPECT_EQ(at(2, 0.333), "x");
  EXPECT_EQ(at(2, 0.334), "y");
  EXPECT_EQ(at(2, 0.9999999), "z");
}

TEST(SearchSpace, RoundsToTheFinerOfValueAndRange) {
  const auto narrow = space_of(R"({"a": {"min": 1000000, "max": 1000001, "scaling": "linear"}})").dimensions[0];
  EXPECT_EQ(value_at(narrow, 0.123456), 1000000.123456);
  const auto wide = space_of(R"({"a": {"min": 0, "max": 1000, "scaling": "linear"}})").dimensions[0];
  EXPECT_EQ(value_at(wide, 0.000123456789), 0.123457);
}

TEST(SearchSpace, NeverLeavesTheRangeByRounding) {
  const auto dimension = space_of(R"({"a": {"min": 1.23456712, "max": 1.98765432, "scaling": "log"}})").dimensions[0];
  EXPECT_EQ(value_at(dimension, 0), 1.23456712);
  EXPECT_LE(value_at(dimension, 0x1.fffffffffffffp-1).get<double>(), 1.98765432);
}

// As many in every decade: of 60 Halton points in base 2 and 5 decades each has 12 ± 2.
TEST(SearchSpace, SpreadsALogarithmicRangeEvenlyOverItsDecades) {
  const auto dimension = space_of(R"({"a": {"min": 1e-5, "max": 1, "scaling": "log"}})").dimensions[0];
  std::array<int, 5> decades{};
  for (const auto& point : halton_points(60, 1, RandomStreams(0), 0))
    ++decades[static_cast<std::size_t>(std::floor(std::log10(value_at(dimension, point[0]).get<double>())) + 5)];
  for (const int count : decades) EXPECT_NEAR(count, 12, 2);
}

TEST(SearchSpace, TakesAlgoPerfsFilesAsTheyAre) {
  const Folder folder;
  folder.write("space.json", R"({
  "learning_rate": {"min": 1e-4, "max": 1e-2, "scaling": "log"},
  "one_minus_beta1": {"min": 2e-2, "max": 0.5, "scaling": "log"},
  "beta2": {"feasible_points": [0.9, 0.99]},
  "warmup_factor": {"feasible_points": [0.05]}
}
)");
  const auto space = space_of("space.json", folder.path);
  EXPECT_THAT(space.names(), ElementsAre("beta2", "learning_rate", "one_minus_beta1", "warmup_factor"));
  EXPECT_TRUE(space.dimensions[3].is_constant());
  EXPECT_EQ(to_json(space).at("beta2"), Json::parse(R"({"feasible_points": [0.9, 0.99]})"));
  folder.write("points.json", R"([{"learning_rate": 1e-3, "epsilon": 0.9}, {"learning_rate": 1e-2, "epsilon": 0.5}])");
  EXPECT_EQ(space_of("points.json", folder.path).points.at(1).at("epsilon"), 0.5);
}

TEST(SearchSpace, ReadsBackWhatItWrites) {
  for (const char* text : {R"({"a": {"min": 1, "max": 2, "scaling": "linear"}, "b": {"feasible_points": [1, true]}})",
                           R"([{"a": 1}, {"a": "x"}])"}) {
    EXPECT_EQ(to_json(space_of(text)), Json::parse(text));
  }
}

TEST(SearchSpace, NamesWhatIsWrongWithARange) {
  EXPECT_THAT(error_from(R"({"a": {"min": 1, "max": 1, "scaling": "log"}})"),
              AllOf(HasSubstr("test.json: at search.space.a.max"), HasSubstr("above \"min\""), HasSubstr("exchange")));
  EXPECT_THAT(error_from(R"({"a": {"min": 2, "max": 1, "scaling": "linear"}})"), HasSubstr("exchange"));
  EXPECT_THAT(error_from(R"({"a": {"min": 0, "max": 1, "scaling": "log"}})"),
              AllOf(HasSubstr("at search.space.a.min"), HasSubstr(">= 1e-30"), HasSubstr("\"linear\"")));
  EXPECT_THAT(error_from(R"({"a": {"min": -1, "max": 1, "scaling": "log"}})"), HasSubstr("at search.space.a.min"));
  EXPECT_THAT(error_from(R"({"a": {"min": "nan", "max": 1, "scaling": "log"}})"),
              AllOf(HasSubstr("at search.space.a.min"), HasSubstr("a number in [-1e+30, 1e+30]")));
  EXPECT_THAT(error_from(R"({"a": {"min": 0, "max": 1e300, "scaling": "linear"}})"),
              HasSubstr("at search.space.a.max"));
  EXPECT_THAT(error_from(R"({"a": {"min": 0, "max": 1, "scaling": "exp"}})"), HasSubstr("\"log\" or \"linear\""));
  EXPECT_THAT(error_from(R"({"a": {"min": 0, "max": 1}})"), HasSubstr("add \"scaling\""));
  EXPECT_THAT(error_from(R"({"a": {"min": 0, "max": 1, "scaling": "linear", "step": 1}})"), HasSubstr("unknown key"));
  EXPECT_THAT(error_from(R"({"a": {"min": 0, "max": 1, "scaling": "linear", "feasible_points": [1]}})"),
              HasSubstr("unknown key"));
  EXPECT_THAT(error_from(R"({"a": {"feasible_points": []}})"), HasSubstr("at least one value"));
  EXPECT_THAT(error_from(R"({"a": {"feasible_points": [[1]]}})"), HasSubstr("numbers, texts"));
  EXPECT_THAT(error_from(R"({"a": 0.1})"), AllOf(HasSubstr("at search.space.a"), HasSubstr("an object")));
}

TEST(SearchSpace, NamesWhatIsWrongWithAList) {
  EXPECT_THAT(error_from("[]"), AllOf(HasSubstr("at search.space"), HasSubstr("1 to 10000 points")));
  EXPECT_THAT(error_from(R"([{"a": 1}, {"b": 1}])"),
              AllOf(HasSubstr("at search.space[1]"), HasSubstr("each of 'a'"), HasSubstr("found 'b'")));
  EXPECT_THAT(error_from(R"([{"a": 1}, 5])"), AllOf(HasSubstr("at search.space[1]"), HasSubstr("an object")));
  EXPECT_THAT(error_from(R"([{"a": {"min": 1}}])"), HasSubstr("numbers, texts"));
}

TEST(SearchSpace, NamesWhatIsWrongAltogether) {
  EXPECT_THAT(error_from("{}"), AllOf(HasSubstr("at search.space"), HasSubstr("1 to 32 hyper-parameters, found 0")));
  EXPECT_THAT(error_from("7"), HasSubstr("the name of a file"));
  Json many = Json::object();
  for (int i = 0; i < 33; ++i) many[std::to_string(i)] = {{"feasible_points", {1}}};
  EXPECT_THAT(error_of([&] { space_of(many); }), HasSubstr("found 33"));
}

TEST(SearchSpace, NamesAFileThatCannotBeUsed) {
  const Folder folder;
  const auto error = [&](const std::string& name) { return error_of([&] { space_of(Json(name), folder.path); }); };
  EXPECT_THAT(error("nowhere.json"), AllOf(HasSubstr("nowhere.json"), HasSubstr("No such file")));
  folder.write("huge.json", std::string((1 << 20) + 1, ' '));
  EXPECT_THAT(error("huge.json"), AllOf(HasSubstr("huge.json"), HasSubstr("longer than 1048576 bytes")));
  folder.write("deep.json", std::string(100'000, '['));
  EXPECT_THAT(error("deep.json"), AllOf(HasSubstr("deep.json"), HasSubstr("deeper than 64")));
  folder.write("nan.json", R"({"a": {"min": NaN, "max": 1, "scaling": "log"}})");
  EXPECT_THAT(error("nan.json"), AllOf(HasSubstr("nan.json"), HasSubstr("expected JSON")));
  folder.write("range.json", R"({"a": {"min": 2, "max": 1, "scaling": "log"}})");
  EXPECT_THAT(error("range.json"), AllOf(HasSubstr("range.json: at a.max"), HasSubstr("exchange")));
}

}  // namespace
}  // namespace nero_bench
