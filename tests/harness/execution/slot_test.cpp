#include "harness/execution/slot.h"

#include <gmock/gmock.h>

#include "base/errors.h"
#include "harness/execution/core_claims.h"

namespace nero_bench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::vector<int>> cores_of(const std::vector<Slot>& slots) {
  std::vector<std::vector<int>> cores;
  for (const auto& slot : slots) cores.push_back(slot.cores);
  return cores;
}

const std::vector<std::string> kAnyDevice{"auto"};

TEST(MakeSlots, GivesEachTrialCoresOfItsOwn) {
  const std::vector<int> cores{0, 2, 3, 8, 9};
  EXPECT_THAT(cores_of(make_slots(2, 2, cores, kAnyDevice)), ElementsAre(ElementsAre(0, 2), ElementsAre(3, 8)));
}

TEST(MakeSlots, PinsNothingWhereThereAreTooFewCores) {
  EXPECT_THAT(cores_of(make_slots(3, 2, std::vector<int>{0, 1, 2, 3, 4}, kAnyDevice)),
              ElementsAre(IsEmpty(), IsEmpty(), IsEmpty()));
  EXPECT_THAT(cores_of(make_slots(1, 1, {}, kAnyDevice)), ElementsAre(IsEmpty()));
}

TEST(MakeSlots, HasTheDevicesTakeTurns) {
  std::vector<std::string> devices;
  for (const auto& slot : make_slots(5, 1, {}, std::vector<std::string>{"cuda:0", "cuda:1"}))
    devices.push_back(slot.device);
  EXPECT_THAT(devices, ElementsAre("cuda:0", "cuda:1", "cuda:0", "cuda:1", "cuda:0"));
}

TEST(ParseDevices, SeparatesAtCommas) {
  EXPECT_THAT(parse_devices("auto"), ElementsAre("auto"));
  EXPECT_THAT(parse_devices("cuda:0,cuda:1"), ElementsAre("cuda:0", "cuda:1"));
}

TEST(ParseDevices, RefusesAMissingName) {
  for (const char* list : {"", ",", "cuda:0,", ",cuda:0", "cuda:0,,cuda:1"}) {
    EXPECT_THROW(parse_devices(list), ConfigError) << list;
  }
}

TEST(DefaultJobs, IsOneForEachOfSeveralDevicesElseAsManyAsTheCoresTake) {
  EXPECT_EQ(default_jobs(1, 8, 1), 8);
  EXPECT_EQ(default_jobs(3, 8, 1), 2);
  EXPECT_EQ(default_jobs(16, 8, 1), 1);
  EXPECT_EQ(default_jobs(1, 0, 1), 1);
  EXPECT_EQ(default_jobs(1, 64, 4), 4);
}

// Numbers beyond those of any machine, so that no run on this one is in the way.
TEST(CoreClaims, AreNotSharedAndComeBack) {
  const std::vector<int> cores{1000001, 1000002, 1000003};
  {
    const CoreClaims first(2, cores);
    EXPECT_THAT(first.cores(), ElementsAre(1000001, 1000002));
    const CoreClaims second(1, cores);
    EXPECT_THAT(second.cores(), ElementsAre(1000003));
  }
  EXPECT_THAT(CoreClaims(3, cores).cores(), ElementsAre(1000001, 1000002, 1000003));
}

TEST(CoreClaims, AreAllOrNone) {
  const std::vector<int> cores{1000011, 1000012};
  EXPECT_THAT(CoreClaims(3, cores).cores(), IsEmpty());
  const CoreClaims first(1, cores);
  EXPECT_THAT(CoreClaims(2, cores).cores(), IsEmpty());
  EXPECT_THAT(CoreClaims(1, cores).cores(), ElementsAre(1000012));  // what was not enough was given back
}

}  // namespace
}  // namespace nero_bench
