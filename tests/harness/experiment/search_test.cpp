#include "harness/experiment/search.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "harness/experiment/plan.h"
#include "harness/fixtures.h"

namespace nero_bench {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// Adam and SGD, 4 points in each of 2 studies, one search seed and two repeats.
Json search_config() {
  auto json = small_config();
  json.erase("learning_rates");
  json["search"] = Json::parse(R"({"points": 4, "studies": 2, "seed": 3, "space": {
    "learning_rate": {"min": 1e-3, "max": 1, "scaling": "log"},
    "weight_decay": {"min": 0, "max": 0.1, "scaling": "linear"},
    "optimiser.clip_norm": {"feasible_points": [1]}}})");
  json["protocol"] = {{"search_seeds", {0}}, {"repeat_seeds", {1, 2}}};
  return json;
}

Json with(const std::string& pointer, const Json& value) {
  auto json = search_config();
  json[Json::json_pointer(pointer)] = value;
  return json;
}

std::vector<double> rates(const Cell& cell) {
  std::vector<double> all;
  for (const auto& candidate : cell.candidates) all.push_back(candidate.learning_rate);
  return all;
}

std::string error_from(const Json& json) {
  return error_of([&] { parsed(json); });
}

TEST(Search, MakesACellOfEveryStudyWithPointsAndSeedsOfItsOwn) {
  const auto cells = expand(parsed(search_config()));
  ASSERT_THAT(cells, SizeIs(4));
  EXPECT_EQ(cells[0].optimiser, "adam, study 1");
  EXPECT_EQ(cells[1].line, "adam, study 2");
  EXPECT_EQ(cells[2].optimiser, "sgd, study 1");
  EXPECT_EQ(cells[1].block, "image_classification");
  EXPECT_EQ(cells[1].study, 1);
  EXPECT_THAT(cells[0].search_seeds, ElementsAre(0));
  EXPECT_THAT(cells[1].search_seeds, ElementsAre(1000));
  EXPECT_THAT(cells[1].repeat_seeds, ElementsAre(1001, 1002));
  EXPECT_THAT(cells[0].candidates, SizeIs(4));
  EXPECT_NE(rates(cells[0]), rates(cells[1]));
}

TEST(Search, OfOneStudyHasTheNamesAndSeedsOfTheConfig) {
  const auto cells = expand(parsed(with("/search/studies", 1)));
  ASSERT_THAT(cells, SizeIs(2));
  EXPECT_EQ(cells[0].optimiser, "adam");
  EXPECT_THAT(cells[0].repeat_seeds, ElementsAre(1, 2));
}

TEST(Search, TriesEveryOptimiserOnTheSamePoints) {
  const auto cells = expand(parsed(search_config()));
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(cells[0].candidates[i].learning_rate, cells[2].candidates[i].learning_rate);
    EXPECT_EQ(cells[0].candidates[i].settings, cells[2].candidates[i].settings);
  }
}

TEST(Search, TriesTheSamePointsUnderTheNamesOfAnotherOptimiser) {
  auto json = search_config();
  json["search"]["space"]["one_minus_beta1"] = {{"min", 0.1}, {"max", 0.5}, {"scaling", "log"}};
  json["optimisers"][1]["search"] = {{"names", {{"one_minus_beta1", "optimiser.momentum"}, {"weight_decay", nullptr}}}};
  const auto cells = expand(parsed(json));
  EXPECT_EQ(rates(cells[0]), rates(cells[2]));
  const auto& adam = cells[0].candidates[1].settings;  // by the names of the space
  const auto& sgd = cells[2].candidates[1].settings;
  ASSERT_THAT(adam, SizeIs(3));
  ASSERT_THAT(sgd, SizeIs(2));
  EXPECT_EQ(adam[0].path, "optimiser.beta1");
  EXPECT_EQ(sgd[0].path, "optimiser.momentum");
  EXPECT_EQ(adam[0].value, sgd[0].value);
  EXPECT_EQ(sgd[1].path, "optimiser.clip_norm");
}

TEST(Search, AnOptimisersOwnSpaceReplacesTheExperiments) {
  const auto json = with("/optimisers/1/search", Json::parse(R"({"space": [
    {"learning_rate": 0.4}, {"learning_rate": 0.3}, {"learning_rate": 0.2}, {"learning_rate": 0.1}, {"learning_rate": 5}]})"));
  const auto cells = expand(parsed(json));
  EXPECT_THAT(rates(cells[2]), ElementsAre(0.4, 0.3, 0.2, 0.1));  // the first four, in their order, in every study
  EXPECT_THAT(rates(cells[3]), ElementsAre(0.4, 0.3, 0.2, 0.1));
  EXPECT_THAT(cells[0].candidates, SizeIs(4));
}

TEST(Search, ALargerBudgetKeepsTheTrialsOfASmaller) {
  for (const char* design : {"halton", "random"}) {
    auto json = with("/search/design", design);
    const auto few = trial_ids(parsed(json));
    json["search"]["points"] = 7;
    json["search"]["studies"] = 3;
    const auto many = trial_ids(parsed(json));
    EXPECT_TRUE(std::includes(many.begin(), many.end(), few.begin(), few.end())) << design;
  }
}

TEST(Search, TheSeedAndTheDesignChooseThePoints) {
  const auto of = [](const Json& json) { return rates(expand(parsed(json))[0]); };
  EXPECT_EQ(of(search_config()), of(search_config()));
  EXPECT_NE(of(search_config()), of(with("/search/seed", 4)));
  EXPECT_NE(of(search_config()), of(with("/search/design", "random")));
}

// 2 points of one base-2 dimension lie in two halves of the range: below and above 10^-1.5.
TEST(Search, AConstantTakesNoDimensionOfTheDesign) {
  auto json = with("/search/points", 2);
  json["search"]["space"] = Json::parse(R"({"beta1": {"feasible_points": [0.9]},
    "learning_rate": {"min": 1e-3, "max": 1, "scaling": "log"}})");
  json["optimisers"].erase(1);
  for (const auto& cell : expand(parsed(json))) {
    const auto [smaller, larger] = std::minmax(cell.candidates[0].learning_rate, cell.candidates[1].learning_rate);
    EXPECT_LT(smaller, 0.0316228);
    EXPECT_GE(larger, 0.0316228);
  }
}

TEST(Search, TrialsAreSetAndLabelledByTheirPoint) {
  const auto cell = expand(parsed(search_config()))[1];
  const auto& candidate = cell.candidates[2];
  const auto spec = cell.trial(candidate, 1000);
  EXPECT_EQ(spec.optimiser.at("weight_decay"), candidate.settings[1].value);
  EXPECT_EQ(spec.optimiser.at("clip_norm"), 1);
  EXPECT_EQ(spec.learning_rate, candidate.learning_rate);
  EXPECT_THAT(spec.labels.optimiser, HasSubstr("adam, study 2, clip_norm 1, weight_decay 0."));
}

TEST(Search, IsFollowedByRepeatsOfTheBestPointOfEveryStudy) {
  const auto config = parsed(search_config());
  std::vector<TrialRecord> records;
  for (const auto& trial : plan_trials(config, {}))  // the larger the decay the better
    records.push_back(record_of(trial, TrialStatus::kCompleted, trial.optimiser.at("weight_decay")));
  ASSERT_THAT(records, SizeIs(2 * 2 * 4));
  const auto repeats = plan_trials(config, records);
  ASSERT_THAT(repeats, SizeIs(2 * 2 * 2));
  const auto cells = expand(config);
  for (std::size_t i = 0; i < 4; ++i) {
    double largest = 0;
    for (const auto& candidate : cells[i].candidates)
      largest = std::max(largest, candidate.settings[1].value.get<double>());
    for (const std::size_t j : {2 * i, 2 * i + 1}) {
      EXPECT_EQ(repeats[j].optimiser.at("weight_decay"), largest);
      EXPECT_EQ(repeats[j].optimiser.at("name"), i < 2 ? "adam" : "sgd");
    }
    EXPECT_EQ(repeats[2 * i].seed, i % 2 == 0 ? 1 : 1001);
  }
}

TEST(Search, IsDealtToShardsStudyByStudy) {
  const auto config = parsed(search_config());
  std::set<std::string> all;
  for (const int part : {1, 2, 3, 4}) {
    const auto trials = plan_trials(config, {}, {.shard = {part, 4}});
    EXPECT_THAT(trials, SizeIs(4));
    for (const auto& trial : trials) all.insert(trial_id(trial));
  }
  EXPECT_THAT(all, SizeIs(16));
}

TEST(Search, IsReadBackFromWhatTheConfigWrites) {
  auto json = with("/optimisers/1/search", Json::parse(R"({"names": {"weight_decay": null}})"));
  json["search"]["design"] = "random";
  const auto config = parsed(json);
  const auto again = parsed(to_json(config));
  EXPECT_EQ(to_json(again), to_json(config));
  EXPECT_EQ(trial_ids(again), trial_ids(config));
}

TEST(Search, GoesWithAxes) {
  auto json = with("/axes", Json::parse(R"({"task.model.depth": [2, 3]})"));
  EXPECT_THAT(expand(parsed(json)), SizeIs(8));
  json["axes"] = Json::parse(R"({"optimiser.weight_decay": [0]})");
  EXPECT_THAT(error_from(json),
              AllOf(HasSubstr("at axes.optimiser.weight_decay"), HasSubstr("in the search space, too")));
}

TEST(Search, StandsAloneAndComplete) {
  EXPECT_THAT(error_from(with("/learning_rates", {0.1})),
              AllOf(HasSubstr("at learning_rates"), HasSubstr("\"search\"")));
  EXPECT_THAT(error_from(with("/optimisers/0/learning_rates", {0.1})), HasSubstr("at optimisers[0].learning_rates"));
  EXPECT_THAT(error_from(with("/optimisers/0/repeat_learning_rate", 0.1)),
              HasSubstr("at optimisers[0].repeat_learning_rate"));
  auto json = with("/points", Json::parse(R"([{"optimiser": "adam", "learning_rate": 1}])"));
  EXPECT_THAT(error_from(json), HasSubstr("nothing beside \"points\""));
  json = small_config();
  json["optimisers"][0]["search"] = Json::object();
  EXPECT_THAT(error_from(json), AllOf(HasSubstr("at optimisers[0].search"), HasSubstr("at the top")));
  json = search_config();
  json["search"].erase("space");
  EXPECT_THAT(error_from(json), AllOf(HasSubstr("at optimisers[0].search.space"), HasSubstr("found nothing")));
}

TEST(Search, RefusesBudgetsThatAreNone) {
  for (const auto& value : Json::parse(R"([0, -1, 1.5, 10001, 1e300, "many"])"))
    EXPECT_THAT(error_from(with("/search/points", value)), HasSubstr("at search.points")) << value;
  EXPECT_THAT(error_from(with("/search/studies", 100'000)), HasSubstr("at search.studies"));
  EXPECT_THAT(error_from(with("/search/seed", -1)), HasSubstr("at search.seed"));
  EXPECT_THAT(error_from(with("/search/design", "sobol")),
              AllOf(HasSubstr("at search.design"), HasSubstr("\"halton\"")));
  EXPECT_THAT(error_from(with("/search/budget", 1)), HasSubstr("unknown key"));
  auto json = with("/search/points", 10'000);
  json["search"]["studies"] = 1000;
  EXPECT_THAT(error_from(json), HasSubstr("at most 100000 trials"));
  json = with("/search/points", 4'000);
  EXPECT_THAT(error_from(json), HasSubstr("at most 10000 combinations"));
  json = with("/search/space", Json::parse(R"([{"learning_rate": 1}])"));
  EXPECT_THAT(error_from(json), AllOf(HasSubstr("at search.points"), HasSubstr("at most the 1 points")));
}

TEST(Search, RefusesSeedsThatMeetThoseOfTheNextStudy) {
  EXPECT_THAT(error_from(with("/protocol/repeat_seeds", {1000})),
              AllOf(HasSubstr("at protocol"), HasSubstr("below 1000")));
}

TEST(Search, RefusesNamesOfNothing) {
  EXPECT_THAT(error_from(with("/search/names", {{"beta1", nullptr}})),
              AllOf(HasSubstr("at search.names.beta1"), HasSubstr("'weight_decay'")));
  EXPECT_THAT(error_from(with("/optimisers/1/search", {{"names", {{"beta1", nullptr}}}})),
              HasSubstr("at optimisers[1].search.names.beta1"));
  EXPECT_THAT(error_from(with("/search/names", {{"weight_decay", 1}})), HasSubstr("the path of an option, or null"));
}

TEST(Search, RefusesAPathThroughANumber) {
  const auto json = with("/search/names", {{"weight_decay", "task.model.depth.x"}});
  EXPECT_THAT(error_from(json), AllOf(HasSubstr("at task.model.depth.x"), HasSubstr("objects on the way")));
}

}  // namespace
}  // namespace nero_bench
