#include "harness/experiment/cells.h"

#include <gmock/gmock.h>

#include "harness/fixtures.h"

namespace nero_bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

template <class Get>
std::vector<std::string> each(const std::vector<Cell>& cells, Get get) {
  std::vector<std::string> texts;
  for (const auto& cell : cells) texts.push_back(get(cell));
  return texts;
}
std::vector<std::string> tasks(const std::vector<Cell>& cells) {
  return each(cells, [](const Cell& cell) { return cell.task; });
}
std::vector<std::string> optimisers(const std::vector<Cell>& cells) {
  return each(cells, [](const Cell& cell) { return cell.optimiser; });
}
std::vector<std::string> blocks(const std::vector<Cell>& cells) {
  return each(cells, [](const Cell& cell) { return cell.block; });
}
std::vector<std::string> lines(const std::vector<Cell>& cells) {
  return each(cells, [](const Cell& cell) { return cell.line; });
}

std::vector<double> rates(const Cell& cell) {
  std::vector<double> all;
  for (const auto& candidate : cell.candidates) all.push_back(candidate.learning_rate);
  return all;
}

TEST(Expand, WithoutAxesIsACellAnOptimiserUnderTheNameOfTheTask) {
  const auto cells = expand(parsed(small_config()));
  EXPECT_THAT(tasks(cells), ElementsAre("image_classification", "image_classification"));
  EXPECT_THAT(optimisers(cells), ElementsAre("adam", "sgd"));
  EXPECT_EQ(cells[0].common.task, small_config().at("task"));
  EXPECT_EQ(cells[0].common.schedule, Json({{"name", "constant"}}));
}

TEST(Expand, SetsEveryCombinationOfTheAxesTheLastFastest) {
  auto json = small_config();
  json["axes"] = {{"task.model.depth", {5, 20}}, {"task.model.init", {"default", "balanced"}}};
  const auto cells = expand(parsed(json));
  ASSERT_EQ(cells.size(), 8U);
  EXPECT_EQ(cells[1].task, "depth 5, init balanced");
  EXPECT_EQ(cells[2].task, "depth 20, init default");
  EXPECT_EQ(cells[2].common.task.at("model"), Json({{"name", "mlp"}, {"depth", 20}, {"init", "default"}}));
  EXPECT_EQ(cells[3].optimiser, "adam");
  EXPECT_EQ(cells[4].optimiser, "sgd");
}

TEST(Expand, AnOptimisersOwnAxesAreItsAlone) {
  auto json = small_config();
  json["axes"] = {{"task.model.depth", {5, 20}}};
  json["optimisers"][1]["axes"] = {{"task.model.init", {"default", "balanced"}}};
  const auto cells = expand(parsed(json));
  EXPECT_THAT(tasks(cells), ElementsAre("depth 5", "depth 20", "depth 5, init default", "depth 5, init balanced",
                                        "depth 20, init default", "depth 20, init balanced"));
  EXPECT_THAT(blocks(cells), ElementsAre("depth 5", "depth 20", "depth 5", "depth 5", "depth 20", "depth 20"));
  EXPECT_THAT(lines(cells), ElementsAre("adam", "adam", "sgd, init default", "sgd, init balanced", "sgd, init default",
                                        "sgd, init balanced"));
  EXPECT_FALSE(cells[0].common.task.at("model").contains("init"));
}

TEST(Expand, AnAxisOfTheOptimiserExtendsItsLabel) {
  auto json = small_config();
  json["axes"] = {{"optimiser.beta", {0.9, 0.99}}};
  const auto cells = expand(parsed(json));
  EXPECT_THAT(optimisers(cells), ElementsAre("adam, beta 0.9", "adam, beta 0.99", "sgd, beta 0.9", "sgd, beta 0.99"));
  EXPECT_EQ(lines(cells), optimisers(cells));
  EXPECT_EQ(cells[0].task, "image_classification");
  EXPECT_EQ(cells[1].common.optimiser, Json({{"name", "adam"}, {"beta", 0.99}}));
}

TEST(Expand, SeveralTasksPrefixTheirLabels) {
  auto json = small_config();
  json.erase("task");
  json["tasks"] = {{{"name", "image_classification"}, {"label", "mnist"}},
                   {{"name", "image_classification"}, {"label", "fashion"}, {"pool", 2}}};
  EXPECT_THAT(tasks(expand(parsed(json))), ElementsAre("mnist", "fashion", "mnist", "fashion"));
  json["axes"] = {{"task.model.depth", {5}}};
  EXPECT_THAT(tasks(expand(parsed(json))),
              ElementsAre("mnist: depth 5", "fashion: depth 5", "mnist: depth 5", "fashion: depth 5"));
}

TEST(Expand, AxesOfScheduleAndBudgetReachTheSpec) {
  auto json = small_config();
  json["axes"] = {{"budget.epochs", {1, 2}}, {"schedule.name", {"constant", "linear"}}};
  const auto cells = expand(parsed(json));
  EXPECT_EQ(cells[1].task, "epochs 1, name linear");
  EXPECT_EQ(cells[1].common.budget.epochs, 1);
  EXPECT_EQ(cells[1].common.schedule.at("name"), "linear");
}

TEST(Expand, AxesThatEndAlikeShowTheirWholePath) {
  auto json = small_config();
  json["axes"] = {{"task.data.seed", {1}}, {"task.model.seed", {2}}};
  EXPECT_EQ(expand(parsed(json))[0].task, "task.data.seed 1, task.model.seed 2");
}

TEST(Expand, AnOptimisersOwnRatesReplaceTheGrid) {
  auto json = small_config();
  json["optimisers"][1]["learning_rates"] = {1, 2};
  const auto cells = expand(parsed(json));
  EXPECT_THAT(rates(cells[0]), ElementsAre(0.001, 0.01, 0.1));
  EXPECT_THAT(rates(cells[1]), ElementsAre(1, 2));
}

TEST(Expand, PassesRolesOnUntouched) {
  auto json = small_config();
  json["optimisers"][0]["roles"] = {{"generator", {{"beta1", 0}}}};
  EXPECT_EQ(expand(parsed(json))[0].common.optimiser.at("roles"), json["optimisers"][0]["roles"]);
}

TEST(Expand, PointsThatDifferInTheirRateMakeOneCell) {
  auto json = small_config();
  json.erase("learning_rates");
  json["points"] = Json::parse(R"([
    {"optimiser": "sgd", "learning_rate": 0.1, "task.model.depth": 3},
    {"optimiser": "adam", "learning_rate": 0.01},
    {"optimiser": "sgd", "learning_rate": 0.2, "task.model.depth": 3},
    {"optimiser": "sgd", "learning_rate": 0.1, "task.model.depth": 4}])");
  const auto cells = expand(parsed(json));
  EXPECT_THAT(optimisers(cells), ElementsAre("adam", "sgd", "sgd"));
  EXPECT_THAT(tasks(cells), ElementsAre("image_classification", "depth 3", "depth 4"));
  EXPECT_THAT(rates(cells[1]), ElementsAre(0.1, 0.2));
}

// Cells of different precision stand in different blocks, whatever set it, and a reduced one is in every label.
TEST(Expand, CellsOfReducedPrecisionStandApart) {
  auto json = small_config();
  json["optimisers"][1]["axes"] = {{"task.precision", {"float32", "bfloat16"}}};
  const auto cells = expand(parsed(json));
  EXPECT_THAT(lines(cells), ElementsAre("adam", "sgd", "sgd"));
  std::vector<std::string> shown;
  for (const auto& cell : cells) shown.push_back(cell.block_label());
  EXPECT_THAT(shown, ElementsAre("image_classification", "image_classification", "image_classification, bfloat16"));
  EXPECT_EQ(cells[2].task_label(), "image_classification, bfloat16");
  EXPECT_EQ(cells[2].trial({0.5, {}}, 0).labels.task, "image_classification, bfloat16");

  auto whole = small_config();
  whole["task"]["precision"] = "bfloat16";
  whole["axes"] = {{"task.model.depth", {5}}};
  EXPECT_EQ(expand(parsed(whole))[0].block_label(), "depth 5, bfloat16");
}

TEST(Expand, RefusesASearchOverPrecisions) {
  auto json = listed_search_config();
  for (std::size_t i = 0; i < 3; ++i) json["search"]["space"][i]["task.precision"] = i == 0 ? "float32" : "bfloat16";
  EXPECT_THAT(error_of([&] { expand(parsed(json)); }), HasSubstr("at search: expected a search at one precision"));
}

TEST(Expand, TrialsCarryTheLabelsOfTheirCell) {
  const auto spec = expand(parsed(small_config()))[1].trial({0.5, {}}, 7);
  EXPECT_EQ(spec.labels.experiment, "small");
  EXPECT_EQ(spec.labels.optimiser, "sgd");
  EXPECT_EQ(spec.learning_rate, 0.5);
  EXPECT_EQ(spec.seed, 7);
}

}  // namespace
}  // namespace nero_bench
