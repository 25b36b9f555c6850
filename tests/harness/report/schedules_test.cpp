#include "harness/report/schedules.h"

#include <gmock/gmock.h>

#include "harness/fixtures.h"

namespace nero_bench {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// Two cells of two epochs of four steps, the second of which has half the rate.
std::vector<CellSchedule> two_cells(const std::vector<double>& second) {
  auto json = small_config();
  const auto cells = expand(parsed(json));
  return {{cells.at(0), 4, {0.25, 0.5, 0.75, 1, 1, 1, 1, 1}}, {cells.at(1), 4, second}};
}

const std::vector<double> kLikeTheFirst{0.25, 0.5, 0.75, 1, 1, 1, 1, 1};

TEST(ScheduleTable, ShowsOneBlockForCellsOfTheSameSequence) {
  const auto text = schedule_table(two_cells(kLikeTheFirst));
  EXPECT_THAT(text, AllOf(HasSubstr("4 steps an epoch"), HasSubstr("1 to 3   x 0.25 rising to 0.75"),
                          HasSubstr("4 to 8                       x 1")));
  EXPECT_EQ(text.find("x 1\n"), text.rfind("x 1\n"));
}

TEST(ScheduleTable, ShowsABlockForEverySequence) {
  const auto text = schedule_table(two_cells({1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5}));
  EXPECT_THAT(text, AllOf(HasSubstr("x 0.25 rising to 0.75"), HasSubstr("x 0.5\n")));
}

TEST(ScheduleTable, CountsEpochsAndStepsFromOneWithThousandsSetApart) {
  auto schedules = two_cells(kLikeTheFirst);
  schedules.resize(1);
  schedules[0].steps_per_epoch = 1000;
  schedules[0].factors.assign(3000, 1);
  EXPECT_THAT(schedule_table(schedules), AllOf(HasSubstr("1 to 3"), HasSubstr("1 to 3,000"), Not(HasSubstr("0 to"))));
}

TEST(ScheduleJson, HasTheFactorOfEveryStepOfEveryCell) {
  const auto schedules = two_cells({1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5});
  const auto json = schedule_json(schedules);
  ASSERT_EQ(json.size(), 2);
  EXPECT_EQ(json[1]["factors"], Json({1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5}));
  EXPECT_EQ(json[1]["steps_per_epoch"], 4);
  EXPECT_EQ(json[0]["optimiser"], schedules[0].cell.optimiser);
  EXPECT_EQ(json[0]["learning_rates"], Json(schedules[0].cell.learning_rates));
}

}  // namespace
}  // namespace nero_bench
