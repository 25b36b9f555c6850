#include "harness/experiment/config_change.h"

#include <gmock/gmock.h>

#include "harness/experiment/cells.h"
#include "harness/fixtures.h"

namespace nero_bench {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

ExperimentConfig with(const std::string& pointer, const Json& value) {
  auto json = small_config();
  json[Json::json_pointer(pointer)] = value;
  return parsed(json);
}

std::vector<std::string> differences_to(const ExperimentConfig& config) {
  std::vector<std::string> texts;
  for (const auto& found : differences(parsed(small_config()), config))
    texts.push_back(found.path + ": " + found.before + " → " + found.now);
  return texts;
}

TEST(ConfigChange, NamesThePlaceAndBothValues) {
  EXPECT_THAT(differences_to(with("/budget/epochs", 1)), ::testing::ElementsAre("budget.epochs: 2 → 1"));
  EXPECT_THAT(differences_to(with("/task/model/depth", 6)), ::testing::ElementsAre("task.model.depth: 5 → 6"));
  EXPECT_THAT(differences_to(with("/optimisers/1/momentum", 0.5)),
              ::testing::ElementsAre("optimisers[1].momentum: nothing → 0.5"));
  EXPECT_THAT(differences_to(with("/learning_rates", {0.001, 0.02, 0.1})),
              ::testing::ElementsAre("learning_rates[1]: 0.01 → 0.02"));
}

TEST(ConfigChange, NamesAListThatBecameLonger) {
  EXPECT_THAT(differences_to(with("/learning_rates", {0.001, 0.01, 0.1, 1.0})), SizeIs(1));
  EXPECT_EQ(differences(parsed(small_config()), with("/learning_rates", {0.001, 0.01, 0.1, 1.0}))[0].path.substr(0, 14),
            "learning_rates");
}

TEST(ConfigChange, WordsForPeopleAreNone) {
  EXPECT_THAT(differences_to(with("/description", "other words")), IsEmpty());
  EXPECT_THAT(differences_to(with("/paper", "another paper")), IsEmpty());
}

TEST(ConfigChange, MoreSeedsRatesOrOptimisersGiveNothingUp) {
  const auto before = parsed(small_config());
  const auto ran = trial_ids(before);
  for (const auto& now :
       {with("/learning_rates", {0.001, 0.01, 0.1, 1.0}), with("/protocol", {{"search_seeds", {0, 1}}}),
        with("/optimisers/-", {{"name", "nero"}}), with("/description", "more")})
    EXPECT_THAT(trials_given_up(before, now, ran), IsEmpty());
}

TEST(ConfigChange, AnotherTaskGivesUpWhatRan) {
  const auto before = parsed(small_config());
  auto ran = trial_ids(before);
  ran.erase(ran.begin());
  ran.insert("a-trial-of-neither");
  const auto given_up = trials_given_up(before, with("/task/model/depth", 6), ran);
  ran.erase("a-trial-of-neither");
  EXPECT_EQ(given_up, ran);
}

TEST(ConfigChange, ARateThatNeverRanMayGo) {
  const auto before = parsed(small_config());
  const auto now = with("/learning_rates", {0.001, 0.01});
  EXPECT_THAT(trials_given_up(before, now, trial_ids(now)), IsEmpty());
  EXPECT_THAT(trials_given_up(before, now, trial_ids(before)), SizeIs(2));
}

TEST(TrialsGivenUp, AreNoneWhereASearchGetsMorePointsAndAllWhereItGetsAnotherSeed) {
  auto json = small_config();
  json.erase("learning_rates");
  json["search"] =
      Json::parse(R"({"points": 4, "space": {"learning_rate": {"min": 0.001, "max": 1, "scaling": "log"}}})");
  const auto before = parsed(json);
  json["search"]["points"] = 8;
  EXPECT_TRUE(trials_given_up(before, parsed(json), trial_ids(before)).empty());
  json["search"]["seed"] = 1;
  EXPECT_THAT(trials_given_up(before, parsed(json), trial_ids(before)), SizeIs(8));
}

}  // namespace
}  // namespace nero_bench
