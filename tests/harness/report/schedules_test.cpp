#include "harness/report/schedules.h"

#include <gmock/gmock.h>

#include <sstream>

namespace nero_bench {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

// Two cells of two epochs of four steps, the first with a warm-up.
std::vector<CellSchedule> two_cells(const std::vector<double>& second) {
  const Json constant{{"name", "constant"}};
  return {{"depth 5", "adam", constant, {0.001, 0.01, 0.1}, std::nullopt, 4, {0.25, 0.5, 0.75, 1, 1, 1, 1, 1}},
          {"depth 5", "sgd", constant, {0.1}, 0.2, 4, second}};
}

const std::vector<double> kLikeTheFirst{0.25, 0.5, 0.75, 1, 1, 1, 1, 1};

// The lines of the table, every run of blanks as one.
std::vector<std::string> lines(const std::vector<CellSchedule>& schedules) {
  std::istringstream table(schedule_table(schedules));
  std::vector<std::string> lines;
  for (std::string line; std::getline(table, line);) {
    std::istringstream words(line);
    std::string joined;
    for (std::string word; words >> word;) joined += (joined.empty() ? "" : " ") + word;
    lines.push_back(joined);
  }
  return lines;
}

TEST(ScheduleTable, ShowsOneBlockForCellsOfTheSameSequence) {
  EXPECT_THAT(lines(two_cells(kLikeTheFirst)),
              ElementsAre(AllOf(HasSubstr("adam"), HasSubstr("learning rates 1e-3 1e-2 1e-1")),
                          AllOf(HasSubstr("sgd"), HasSubstr("learning rates 1e-1; repeats")),
                          AllOf(HasSubstr("constant"), HasSubstr("4 steps an epoch")), "epochs steps learning rate",
                          "1 1 to 3 x 0.25 rising to 0.75", "1 to 2 4 to 8 x 1", ""));
}

TEST(ScheduleTable, ShowsABlockForEverySequence) {
  EXPECT_THAT(lines(two_cells({1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5})),
              AllOf(Contains("1 to 2 4 to 8 x 1"), Contains("1 1 to 4 x 1"), Contains("2 5 to 8 x 0.5")));
}

TEST(ScheduleTable, SetsThousandsApart) {
  auto schedules = two_cells(kLikeTheFirst);
  schedules.resize(1);
  schedules[0].steps_per_epoch = 1000;
  schedules[0].factors.assign(1'234'000, 1);
  EXPECT_THAT(lines(schedules), Contains("1 to 1,234 1 to 1,234,000 x 1"));
}

TEST(ScheduleJson, HasTheFactorOfEveryStepOfEveryCell) {
  const auto schedules = two_cells({1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5});
  const auto json = schedule_json(schedules);
  ASSERT_EQ(json.size(), 2);
  EXPECT_EQ(json[1]["factors"], Json({1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5}));
  EXPECT_EQ(json[1]["steps_per_epoch"], 4);
  EXPECT_EQ(json[0]["optimiser"], "adam");
  EXPECT_EQ(json[0]["learning_rates"], Json({0.001, 0.01, 0.1}));
  EXPECT_EQ(json[1]["repeat_learning_rate"], 0.2);
}

}  // namespace
}  // namespace nero_bench
