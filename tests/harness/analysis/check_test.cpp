#include "harness/analysis/check.h"

#include <gmock/gmock.h>

#include <cmath>

#include "harness/fixtures.h"

namespace nero_bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TrialRecord trial(std::int64_t seed, double accuracy, TrialStatus status = TrialStatus::kCompleted) {
  TrialSpec spec;
  spec.task = {{"name", "image_classification"}, {"batch_size", 100}};
  spec.optimiser = {{"name", "nero"}};
  spec.schedule = {{"name", "constant"}};
  spec.budget.epochs = 2;
  spec.learning_rate = 0.01;
  spec.seed = seed;
  return record_of(spec, status, accuracy);
}

std::vector<TrialRecord> trials(const std::vector<double>& accuracies) {
  std::vector<TrialRecord> records;
  for (const double accuracy : accuracies)
    records.push_back(trial(static_cast<std::int64_t>(records.size()), accuracy));
  return records;
}

Json number(double margin = 0.02) {
  auto entry = Json::parse(R"({"name": "accuracy", "quantity": {"of": "test.accuracy"},
      "seen": {"mean": 0.8, "n": 10, "spread": 0.01, "spread_is": "standard deviation over seeds"}})");
  entry["margin"] = margin;
  return entry;
}

Json claim(int n = 20, int held = 20) {
  return {
      {"name", "learns"},
      {"quantity", {{"of", "test.accuracy"}}},
      {"at_least", 0.7},
      {"seen",
       {{"mean", 0.8}, {"n", n}, {"held", held}, {"spread", 0.01}, {"spread_is", "standard deviation over seeds"}}}};
}

Json document(const char* list, const Json& entry) {
  return {{"name", "made up"}, {"provenance", {{"source", "by hand"}}}, {list, Json::array({entry})}};
}

Finding found(const Json& content, const std::vector<TrialRecord>& records, const CheckOptions& options = {}) {
  return check(parse_reference(content, "test.json"), records, options).findings.at(0);
}

TEST(Check, ReproducesANumberThatIsProvenToLieWithinTheMargin) {
  const auto finding = found(document("numbers", number()), trials({0.805, 0.795, 0.80, 0.79, 0.81}));
  EXPECT_EQ(finding.verdict, Verdict::kReproduced);
  EXPECT_LE(finding.p_equivalent, 0.05);
}

TEST(Check, ReproducesADropThatIsProvenAndStillWithinTheMargin) {
  const auto finding = found(document("numbers", number(0.05)), trials({0.77, 0.771, 0.772, 0.77, 0.769}));
  EXPECT_LE(finding.p_worse, 0.05);
  EXPECT_EQ(finding.verdict, Verdict::kReproduced);
}

TEST(Check, CallsAProvenDropBeyondTheMarginWorseAndARiseBetter) {
  EXPECT_EQ(found(document("numbers", number()), trials({0.70, 0.71, 0.69, 0.70})).verdict, Verdict::kWorse);
  EXPECT_EQ(found(document("numbers", number()), trials({0.90, 0.91, 0.89, 0.90})).verdict, Verdict::kBetter);
}

TEST(Check, KnowsThatASmallerLossIsBetter) {
  auto entry = number();
  entry["quantity"]["of"] = "test.loss";  // 2.0 in every record
  entry["seen"]["mean"] = 1.5;
  EXPECT_EQ(found(document("numbers", entry), trials({0.1, 0.2, 0.3})).verdict, Verdict::kWorse);
  entry["seen"]["mean"] = 2.5;
  EXPECT_EQ(found(document("numbers", entry), trials({0.1, 0.2, 0.3})).verdict, Verdict::kBetter);
}

TEST(Check, SeesOneBadSeedAmongFew) {
  EXPECT_EQ(found(document("numbers", number()), trials({0.80, 0.81, 0.55})).verdict, Verdict::kWorse);
}

TEST(Check, OfOneSeedIsUnderPoweredAndSaysHowManyAreNeeded) {
  const auto finding = found(document("numbers", number()), trials({0.8}));
  EXPECT_EQ(finding.verdict, Verdict::kUnderPowered);
  ASSERT_TRUE(finding.seeds_needed);
  EXPECT_GE(*finding.seeds_needed, 2);
  EXPECT_EQ(found(document("numbers", number()), trials({0.6})).verdict, Verdict::kWorse);  // 20 deviations off
}

TEST(Check, SaysWhenNoNumberOfSeedsIsEnough) {
  EXPECT_FALSE(found(document("numbers", number(0.001)), trials({0.80, 0.81})).seeds_needed);
}

// Trials of which the first so many diverged.
std::vector<TrialRecord> with_diverged(std::size_t count, const std::vector<double>& accuracies) {
  auto records = trials(accuracies);
  for (std::size_t i = 0; i < count; ++i) records[i].status = TrialStatus::kDiverged;
  return records;
}

TEST(Check, ProvesARegressionByHowManyTrialsDiverged) {  // of none of the ten of the reference; twice Fisher's p
  const auto one = found(document("numbers", number()), with_diverged(1, {0.8, 0.79, 0.81, 0.8}));
  EXPECT_EQ(one.verdict, Verdict::kUnderPowered);
  EXPECT_NEAR(one.p_worse, 2 * 4.0 / 14, 1e-12);
  EXPECT_NEAR(one.difference, 0, 1e-12);  // of those that completed
  const auto all = found(document("numbers", number()), with_diverged(3, {0.8, 0.8, 0.8}));
  EXPECT_EQ(all.verdict, Verdict::kWorse);
  EXPECT_NEAR(all.p_worse, 2.0 / 286, 1e-12);  // C(13, 3)
  EXPECT_EQ(found(document("numbers", number()), with_diverged(1, {0.8, 0.6, 0.61, 0.59})).verdict, Verdict::kWorse);
}

TEST(Check, ReproducesNoNumberOfWhichATrialDiverged) {
  std::vector<double> many(20, 0.8);
  many[3] = 0.81;
  EXPECT_EQ(found(document("numbers", number()), with_diverged(0, many)).verdict, Verdict::kReproduced);
  EXPECT_EQ(found(document("numbers", number()), with_diverged(1, many)).verdict, Verdict::kUnderPowered);
}

TEST(Check, OfAPairCountsWhoDiverged) {
  auto entry = claim();
  const Json small = {{"of", "test.accuracy"}, {"where", {{"learning_rate", 0.01}}}};
  const Json large = {{"of", "test.accuracy"}, {"where", {{"learning_rate", 1}}}};
  entry["at_least"] = 0.5;
  auto records = trials({0.8, 0.8, 0.8});
  for (std::int64_t seed = 0; seed < 3; ++seed) {
    records.push_back(trial(seed, 0, TrialStatus::kDiverged));
    records.back().spec.learning_rate = 1;
  }
  entry["quantity"] = {{"difference", {small, large}}};
  EXPECT_EQ(found(document("claims", entry), records).verdict, Verdict::kReproduced);
  entry["quantity"] = {{"difference", {large, small}}};
  EXPECT_EQ(found(document("claims", entry), records).verdict, Verdict::kWorse);
}

TEST(Check, OfZeroOverZeroSaysNothing) {
  auto entry = number();
  const Json none = {{"of", "memory_bytes.step_transient_peak"}};
  entry["quantity"] = {{"ratio", {none, none}}};
  entry["better"] = "smaller";
  EXPECT_EQ(found(document("numbers", entry), trials({0.8, 0.8, 0.8})).verdict, Verdict::kMissing);
}

// Student's t of .77 against .80 ± .01 (n = 10) is 2.86, of .74 it is 5.72, with 9 degrees of freedom.
TEST(Check, CallsASingleSeedWorseOnlyWhereItIsFarOut) {
  const auto open = found(document("numbers", number()), trials({0.77}));
  EXPECT_EQ(open.verdict, Verdict::kUnderPowered);
  EXPECT_NEAR(open.p_worse, 10 * 0.0094, 1e-3);
  EXPECT_GE(open.seeds_needed, 2);
  EXPECT_EQ(found(document("numbers", number()), trials({0.83})).verdict, Verdict::kUnderPowered);  // nor better
  EXPECT_EQ(found(document("numbers", number()), trials({0.74})).verdict, Verdict::kWorse);
  EXPECT_EQ(found(document("numbers", number()), trials({0.77, 0.765})).verdict, Verdict::kWorse);
  auto bounded = claim(5, 5);
  EXPECT_EQ(found(document("claims", bounded), trials({0.77})).verdict, Verdict::kUnderPowered);  // it holds
  bounded["at_least"] = 0.78;
  EXPECT_EQ(found(document("claims", bounded), trials({0.77})).verdict, Verdict::kUnderPowered);
  EXPECT_EQ(found(document("claims", bounded), trials({0.4})).verdict, Verdict::kWorse);
}

TEST(Check, ComparesExactFiguresWithoutStatistics) {
  auto entry = number(0);
  entry["quantity"] = {{"of", "memory_bytes.optimiser_state"}};
  entry["better"] = "smaller";
  entry["seen"] = {{"mean", 8000}, {"n", 1}, {"spread_is", "exact"}};
  EXPECT_EQ(found(document("numbers", entry), trials({0.8})).verdict, Verdict::kReproduced);
  entry["seen"]["mean"] = 7999;
  EXPECT_EQ(found(document("numbers", entry), trials({0.8})).verdict, Verdict::kWorse);
}

TEST(Check, NeedsManySeedsToCallPlateausDifferent) {  // nothing varies on either side
  auto entry = number(0.001);
  entry["seen"]["spread"] = 0;
  entry["seen"]["n"] = 3;
  EXPECT_EQ(found(document("numbers", entry), trials({0.8, 0.8})).verdict, Verdict::kReproduced);
  EXPECT_EQ(found(document("numbers", entry), trials({0.7, 0.7})).verdict, Verdict::kUnderPowered);  // p = 1 / C(5, 2)
  EXPECT_EQ(found(document("numbers", entry), trials({0.7, 0.7, 0.7, 0.7})).verdict, Verdict::kWorse);  // 1 / C(7, 3)
}

TEST(Check, ReproducesAClaimThatHoldsInEverySeed) {
  EXPECT_EQ(found(document("claims", claim()), trials({0.75, 0.8})).verdict, Verdict::kReproduced);
  const auto single = found(document("claims", claim()), trials({0.8}));
  EXPECT_EQ(single.verdict, Verdict::kUnderPowered);
  EXPECT_EQ(single.seeds_needed, 2);
}

TEST(Check, BreaksAClaimByHowManySeedsOrByHowFar) {
  EXPECT_EQ(found(document("claims", claim()), trials({0.1})).verdict, Verdict::kWorse);  // 70 deviations off
  auto constant = claim();
  constant["seen"]["spread"] = 0;
  EXPECT_EQ(found(document("claims", constant), trials({0.1})).verdict, Verdict::kWorse);              // p = 1/21
  EXPECT_EQ(found(document("claims", constant), trials({0.8, 0.1})).verdict, Verdict::kUnderPowered);  // p = 1/11
  EXPECT_EQ(found(document("claims", constant), trials({0.2, 0.1})).verdict, Verdict::kWorse);         // p = 1/231
}

TEST(Check, JudgesAClaimThatNobodyHasCountedByItsOwnSeeds) {
  auto bare = claim();
  bare.erase("seen");
  EXPECT_EQ(found(document("claims", bare), trials({0.8, 0.81})).verdict, Verdict::kReproduced);
  EXPECT_EQ(found(document("claims", bare), trials({0.2, 0.21, 0.19})).verdict, Verdict::kWorse);
  EXPECT_EQ(found(document("claims", bare), trials({0.2})).verdict, Verdict::kUnderPowered);
}

TEST(Check, DemandsMoreOfAFileThatClaimsMore) {  // Holm
  auto content = document("claims", claim());
  content["claims"][0]["seen"]["spread"] = 0;
  EXPECT_EQ(found(content, trials({0.1})).verdict, Verdict::kWorse);
  content["claims"].push_back(content["claims"][0]);
  content["claims"][1]["name"] = "again";
  EXPECT_EQ(found(content, trials({0.1})).verdict, Verdict::kUnderPowered);
}

TEST(Check, RefusesAnotherProtocolUnlessAskedNotTo) {
  auto content = document("numbers", number());
  content["protocol"] = {{"task.batch_size", 250}, {"budget.epochs", 2}};
  const auto records = trials({0.8, 0.81});
  EXPECT_THAT(error_of([&] { found(content, records); }), HasSubstr("task.batch_size is 100, not 250"));
  const auto result = check(parse_reference(content, "test.json"), records, {.across_protocols = true});
  EXPECT_THAT(result.notes, ElementsAre(HasSubstr("task.batch_size")));
}

TEST(Check, RefusesAnotherPrecisionUnlessAskedNotToOrTheReferenceNamesIt) {
  auto content = document("numbers", number());
  auto records = trials({0.8, 0.81});
  for (auto& record : records) record.resolved["task"]["precision"] = "bfloat16";
  EXPECT_THAT(error_of([&] { found(content, records); }), HasSubstr(R"(task.precision is "bfloat16", not "float32")"));
  const auto result = check(parse_reference(content, "test.json"), records, {.across_protocols = true});
  EXPECT_THAT(result.notes, ElementsAre(HasSubstr("task.precision")));
  content["protocol"] = {{"task.precision", "bfloat16"}};
  EXPECT_EQ(found(content, records).verdict, found(document("numbers", number()), trials({0.8, 0.81})).verdict);
  content["protocol"] = Json::object();
  content["numbers"][0]["quantity"]["where"]["task.precision"] = "bfloat16";
  EXPECT_EQ(found(content, records).verdict, found(document("numbers", number()), trials({0.8, 0.81})).verdict);
}

TEST(Check, SaysWhatIsMissingAndRefusesRecordsOfSomethingElse) {
  auto content = document("numbers", number());
  content["numbers"].push_back(number());
  content["numbers"][1]["name"] = "other";
  content["numbers"][1]["quantity"]["where"] = {{"optimiser.name", "adam"}};
  const auto result = check(parse_reference(content, "test.json"), trials({0.8, 0.8}));
  EXPECT_EQ(result.findings[1].verdict, Verdict::kMissing);
  EXPECT_FALSE(result.all_reproduced());
  content["numbers"].erase(0);
  EXPECT_THAT(error_of([&] { found(content, trials({0.8})); }), HasSubstr("none of the records"));
}

TEST(Reference, ConvertsAStandardErrorIntoADeviation) {
  auto content = document("numbers", number());
  content["numbers"][0]["seen"]["spread_is"] = "standard error over seeds";
  content["numbers"][0]["seen"]["n"] = 4;
  EXPECT_DOUBLE_EQ(parse_reference(content, "test.json").numbers[0].seen.sample.deviation, 0.02);
}

TEST(Reference, IsNoConfig) {
  const Json config{{"name", "small"}, {"optimisers", Json::array()}};
  EXPECT_THAT(error_of([&] { parse_reference(config, "small.json"); }),
              AllOf(HasSubstr("small.json: expected a reference, found an object without"),
                    HasSubstr(", as configs are; name a file"), HasSubstr("--update")));
}

TEST(Reference, NamesWhatIsWrongAndWhere) {
  const auto error = [](const char* pointer, const Json& value) {
    auto content = document("numbers", number());
    content[Json::json_pointer(pointer)] = value;
    return error_of([&] { parse_reference(content, "test.json"); });
  };
  EXPECT_THAT(error("/numbers/0/margin", -1), HasSubstr("at numbers[0].margin: expected a number >= 0"));
  EXPECT_THAT(error("/numbers/0/seen/spread_is", "unknown"), HasSubstr("at numbers[0].seen.spread_is"));
  EXPECT_THAT(error("/numbers/0/seen/n", 1), HasSubstr("at least 2 seeds"));
  EXPECT_THAT(error("/numbers/0/seen/stdev", 1), HasSubstr("unknown key"));
  EXPECT_THAT(error("/claims", Json::array({{{"name", "c"}, {"quantity", {{"of", "x"}}}}})), HasSubstr("a bound"));
  auto never = claim();
  never["at_most"] = 0.6;
  EXPECT_THAT(error("/claims", Json::array({never})), HasSubstr("at claims[0].at_least: expected a bound that is not"));
  EXPECT_THAT(error("/numbers/0/seen/n", 1'000'000'000'000), HasSubstr("at numbers[0].seen.n"));
  EXPECT_THAT(error("/numbers/1", number()), HasSubstr("a name that no other"));
  EXPECT_THAT(error("/provenance", Json::object()), HasSubstr("provenance.source"));
}

}  // namespace
}  // namespace nero_bench
