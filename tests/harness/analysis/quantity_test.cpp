#include "harness/analysis/quantity.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "harness/fixtures.h"

namespace nero_bench {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::NanSensitiveDoubleEq;
using ::testing::Pair;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TrialRecord trial(const std::string& optimiser, double rate, std::int64_t seed, double accuracy,
                  TrialStatus status = TrialStatus::kCompleted) {
  TrialSpec spec;
  spec.task = {{"name", "image_classification"}, {"model", {{"name", "mlp"}, {"depth", 5}}}};
  spec.optimiser = {{"name", optimiser}};
  spec.schedule = {{"name", "constant"}};
  spec.budget.epochs = 2;
  spec.learning_rate = rate;
  spec.seed = seed;
  return record_of(spec, status, accuracy);
}

std::map<std::int64_t, double> values(const std::string& json, const std::vector<TrialRecord>& records) {
  return values_by_seed(parse_quantity(JsonReader(Json::parse(json), "test.json")), known(records));
}

std::vector<TrialRecord> two_optimisers() {
  return {trial("nero", 0.1, 0, 0.4), trial("nero", 1, 0, 0.7), trial("nero", 0.1, 1, 0.8), trial("nero", 1, 1, 0.6),
          trial("adam", 0.1, 0, 0.1), trial("adam", 1, 0, 0.2), trial("adam", 0.1, 1, 0.3), trial("adam", 1, 1, 0.1)};
}

constexpr const char* kNero = R"({"of": "test.accuracy", "where": {"optimiser.name": "nero"}, "over_rates": [0.1, 1])";
constexpr const char* kAdam = R"({"of": "test.accuracy", "where": {"optimiser.name": "adam"}, "over_rates": [0.1, 1])";

TEST(Quantity, OfARecordIsItsValueInEverySeed) {
  const auto found =
      values(R"({"of": "test.accuracy", "where": {"optimiser.name": "nero", "learning_rate": 1}})", two_optimisers());
  EXPECT_THAT(found, ElementsAre(Pair(0, 0.7), Pair(1, 0.6)));
}

TEST(Quantity, OfAnEpochAndOfMemoryAreReadWhereTheyStand) {
  const std::string where = R"("where": {"optimiser.name": "adam", "learning_rate": 1}})";
  EXPECT_THAT(values(R"({"of": "test.accuracy", "epoch": 1, )" + where, two_optimisers()),
              ElementsAre(Pair(0, 0.1), Pair(1, 0.05)));
  EXPECT_THAT(values(R"({"of": "memory_bytes.optimiser_state", )" + where, two_optimisers()),
              ElementsAre(Pair(0, 8000), Pair(1, 8000)));
}

TEST(Quantity, OverRatesIsTheBestItsRateOrACount) {
  EXPECT_THAT(values(std::string(kNero) + "}", two_optimisers()), ElementsAre(Pair(0, 0.7), Pair(1, 0.8)));
  EXPECT_THAT(values(std::string(kNero) + R"(, "take": "rate_of_best"})", two_optimisers()),
              ElementsAre(Pair(0, 1), Pair(1, 0.1)));
  EXPECT_THAT(values(std::string(kNero) + R"(, "take": "rates_beyond", "beyond": 0.5})", two_optimisers()),
              ElementsAre(Pair(0, 1), Pair(1, 2)));
}

TEST(Quantity, CombinesOthers) {
  const auto combined = [](const std::string& kind) {
    return values("{\"" + kind + "\": [" + kNero + "}, " + kAdam + "}]}", two_optimisers());
  };
  EXPECT_THAT(combined("difference"), ElementsAre(Pair(0, DoubleEq(0.5)), Pair(1, DoubleEq(0.5))));
  EXPECT_THAT(combined("ratio"), ElementsAre(Pair(0, DoubleEq(3.5)), Pair(1, DoubleEq(0.8 / 0.3))));
  EXPECT_THAT(combined("largest"), ElementsAre(Pair(0, 0.7), Pair(1, 0.8)));
  EXPECT_THAT(combined("smallest"), ElementsAre(Pair(0, 0.2), Pair(1, 0.3)));
  EXPECT_THAT(combined("rise"), ElementsAre(Pair(0, DoubleEq(-0.5)), Pair(1, DoubleEq(-0.5))));
}

TEST(Quantity, LeavesOutASeedWhoseGridIsNotComplete) {
  auto records = two_optimisers();
  records.erase(records.begin());  // nero, 0.1, seed 0
  records[0].status = TrialStatus::kFailed;
  EXPECT_THAT(values(std::string(kNero) + "}", records), ElementsAre(Pair(1, 0.8)));
  records = {records[0]};
  EXPECT_THAT(values(std::string(kNero) + "}", records), IsEmpty());
}

TEST(Quantity, NeverTakesADivergedTrialForTheBest) {
  std::vector<TrialRecord> records{trial("nero", 0.1, 0, 0.4), trial("nero", 1, 0, 0.9, TrialStatus::kDiverged)};
  EXPECT_THAT(values(std::string(kNero) + "}", records), ElementsAre(Pair(0, 0.4)));
  records[0].status = TrialStatus::kDiverged;
  EXPECT_THAT(values(std::string(kNero) + "}", records), ElementsAre(Pair(0, -kInfinity)));
  EXPECT_THAT(values(std::string(kNero) + R"(, "take": "rate_of_best"})", records),
              ElementsAre(Pair(0, NanSensitiveDoubleEq(std::nan("")))));
}

TEST(Quantity, IsInfiniteInFavourOfTheSideThatDidNotDiverge) {
  const std::vector<TrialRecord> records{trial("nero", 0.1, 0, 0.4),  // adam diverges in seed 0, nero in 1, both in 2
                                         trial("adam", 0.1, 0, 0.2, TrialStatus::kDiverged),
                                         trial("nero", 0.1, 1, 0.4, TrialStatus::kDiverged),
                                         trial("adam", 0.1, 1, 0.2),
                                         trial("nero", 0.1, 2, 0.4, TrialStatus::kDiverged),
                                         trial("adam", 0.1, 2, 0.2, TrialStatus::kDiverged)};
  const auto combined = [&](const std::string& kind, const std::string& metric) {
    const auto of = [&](const char* name) {
      return R"({"of": ")" + metric + R"(", "where": {"optimiser.name": ")" + name + R"("}})";
    };
    return values("{\"" + kind + "\": [" + of("nero") + ", " + of("adam") + "]}", records);
  };
  for (const auto* kind : {"difference", "ratio"}) {
    EXPECT_THAT(combined(kind, "test.accuracy"), ElementsAre(Pair(0, kInfinity), Pair(1, -kInfinity))) << kind;
    EXPECT_THAT(combined(kind, "test.loss"), ElementsAre(Pair(0, -kInfinity), Pair(1, kInfinity))) << kind;
  }
  EXPECT_THAT(combined("largest", "test.accuracy"), ElementsAre(Pair(0, 0.4), Pair(1, 0.2), Pair(2, -kInfinity)));
  EXPECT_THAT(combined("smallest", "test.accuracy"),
              ElementsAre(Pair(0, -kInfinity), Pair(1, -kInfinity), Pair(2, -kInfinity)));
}

TEST(Quantity, LeavesOutASeedInWhichItWouldBeDividedByZero) {
  const std::string none = R"({"of": "memory_bytes.step_transient_peak", "where": {"optimiser.name": "nero", )"
                           R"("learning_rate": 1}})";
  EXPECT_THAT(values("{\"ratio\": [" + none + ", " + none + "]}", two_optimisers()), IsEmpty());
}

TEST(Quantity, RefusesToChooseBetweenTrials) {
  auto records = two_optimisers();
  records.push_back(trial("nero", 1, 0, 0.5));
  records.back().spec.task["model"]["init"] = "balanced";
  records.back().resolved["task"]["model"]["init"] = "balanced";
  EXPECT_THAT(error_of([&] { values(std::string(kNero) + "}", records); }),
              AllOf(HasSubstr("'where' fits both"), HasSubstr("task.model.init")));
}

TEST(Quantity, NamesWhatARecordLacksAndWhatItHas) {
  EXPECT_THAT(error_of([] {
                values(R"({"of": "test.acuracy", "where": {"optimiser.name": "nero", "learning_rate": 1}})",
                       two_optimisers());
              }),
              AllOf(HasSubstr("metric 'test.acuracy'"), HasSubstr("'test.accuracy' or 'test.loss'")));
}

TEST(Quantity, IsCheckedWhenItIsRead) {
  for (const auto* wrong :
       {R"({})", R"({"of": "x.y", "over_rates": [1]})", R"({"difference": [{"of": "test.loss"}]})",
        R"({"of": "test.loss", "over_rates": [1], "take": "worst"})", R"({"of": "test.loss", "extra": 1})",
        R"({"of": "test.loss", "over_rates": [1, 1]})",
        R"({"of": "test.loss", "over_rates": [1], "take": "rates_beyond"})", R"({"of": "test.loss", "where": 3})"}) {
    EXPECT_THAT(error_of([&] { values(wrong, {}); }), HasSubstr("test.json: at ")) << wrong;
  }
}

}  // namespace
}  // namespace nero_bench
