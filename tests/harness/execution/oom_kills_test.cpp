#include "harness/execution/oom_kills.h"

#include <gmock/gmock.h>

namespace nero_bench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(OomKillFiles, AreThoseOfTheMemoryControllerInVersion1) {
  EXPECT_THAT(oom_kill_files("9:name=systemd:/\n4:cpu,memory:/jobs/7\n0::/\n", "/cgroup"),
              ElementsAre("/cgroup/memory/jobs/7/memory.oom_control", "/cgroup/memory/memory.oom_control",
                          "/cgroup/memory.events", "/cgroup/memory.events"));
}

TEST(OomKillFiles, AreTheEventsOfTheGroupInVersion2) {
  EXPECT_THAT(oom_kill_files("0::/user.slice/a:b.scope\n", "/cgroup"),
              ElementsAre("/cgroup/user.slice/a:b.scope/memory.events", "/cgroup/memory.events"));
}

TEST(OomKillFiles, AreNoneWithoutControlGroups) { EXPECT_THAT(oom_kill_files("", "/cgroup"), IsEmpty()); }

// Texts of Linux 6.1.
TEST(ParseOomKills, ReadsBothVersions) {
  EXPECT_EQ(parse_oom_kills("low 0\nhigh 0\nmax 51\noom 4\noom_kill 3\noom_group_kill 1\n"), 3);
  EXPECT_EQ(parse_oom_kills("oom_kill_disable 0\nunder_oom 0\noom_kill 12\n"), 12);
}

TEST(ParseOomKills, KnowsWhereThereIsNoCount) {
  EXPECT_EQ(parse_oom_kills(""), std::nullopt);
  EXPECT_EQ(parse_oom_kills("oom_kill_disable 0\nunder_oom 0\n"), std::nullopt);  // before Linux 4.13
}

}  // namespace
}  // namespace nero_bench
