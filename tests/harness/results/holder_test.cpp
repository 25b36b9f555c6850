#include "harness/results/holder.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

namespace nero_bench {
namespace {

// A child process that waits until it is told to end, and is not reaped before the test says so.
class Child {
 public:
  Child() : pid_(::fork()) {
    while (pid_ == 0) ::pause();
  }
  ~Child() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  Holder holder() const {
    auto holder = this_process();
    holder.pid = pid_;
    std::ifstream stat("/proc/" + std::to_string(pid_) + "/stat");
    std::string field;
    for (int i = 1; i <= 22; ++i) stat >> field;  // the name of a test program holds no blank
    holder.start_time = std::stoull(field);
    return holder;
  }
  void kill_and_leave_a_zombie() const {
    ::kill(pid_, SIGKILL);
    siginfo_t info{};
    ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT);
  }
  void kill_and_reap() const {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

 private:
  pid_t pid_;
};

TEST(Holder, OfARunningProcessIsNotDead) {
  const Child child;
  EXPECT_FALSE(is_provably_dead(this_process(), this_process()));
  EXPECT_FALSE(is_provably_dead(child.holder(), this_process()));
}

TEST(Holder, IsDeadOnceItsProcessHasGone) {
  const Child child;
  const auto holder = child.holder();
  child.kill_and_reap();
  EXPECT_TRUE(is_provably_dead(holder, this_process()));
}

TEST(Holder, IsDeadAsAZombieThatNobodyHasReaped) {
  const Child child;
  const auto holder = child.holder();
  child.kill_and_leave_a_zombie();
  EXPECT_TRUE(is_provably_dead(holder, this_process()));
}

TEST(Holder, IsDeadWhereItsProcessIdWasGivenToAnotherProcess) {
  const Child child;
  auto holder = child.holder();
  ++holder.start_time;
  EXPECT_TRUE(is_provably_dead(holder, this_process()));
}

// A process of this host in another boot of it, judged where the installed systems have these ids.
bool is_dead_of_another_boot(const std::string& machine_id, const std::string& mine) {
  auto me = this_process();
  me.machine_id = mine;
  auto holder = me;
  holder.machine_id = machine_id;
  holder.boot_id = "00000000-0000-0000-0000-000000000000";
  return is_provably_dead(holder, me);
}

TEST(Holder, IsDeadAfterARestartOfItsHost) { EXPECT_TRUE(is_dead_of_another_boot("3d12", "3d12")); }

TEST(Holder, CannotBeJudgedFromAnotherHostOfTheSameName) {
  EXPECT_FALSE(is_dead_of_another_boot("3d12", "77aa"));
  EXPECT_FALSE(is_dead_of_another_boot("", "77aa"));
  EXPECT_FALSE(is_dead_of_another_boot("3d12", ""));
  EXPECT_FALSE(is_dead_of_another_boot("", ""));
}

TEST(Holder, CannotBeJudgedFromAnotherHostOrContainerHoweverDead) {
  const Child child;
  const auto dead = child.holder();
  child.kill_and_reap();
  ASSERT_TRUE(is_provably_dead(dead, this_process()));
  auto other_host = dead;
  other_host.host += "-other";
  EXPECT_FALSE(is_provably_dead(other_host, this_process()));
  auto other_container = dead;
  other_container.pid_namespace = "pid:[1]";
  EXPECT_FALSE(is_provably_dead(other_container, this_process()));
  auto of_unknown_boot = dead;
  of_unknown_boot.boot_id.clear();
  EXPECT_FALSE(is_provably_dead(of_unknown_boot, this_process()));
}

TEST(Holder, SurvivesTheWayThroughJson) { EXPECT_EQ(parse_holder(to_json(this_process())), this_process()); }

TEST(Holder, OfALeaseFromBeforeMachinesWereToldApartIsOfAnUnknownOne) {
  auto json = to_json(this_process());
  json.erase("machine_id");
  EXPECT_EQ(parse_holder(json).value().machine_id, "");
}

TEST(Holder, IsNotReadFromAnythingElse) {
  for (const char* text : {"null", "3", "[]", "{}", R"({"host": 3})"})
    EXPECT_FALSE(parse_holder(Json::parse(text))) << text;
  for (const std::int64_t pid : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1} << 40}) {
    auto json = to_json(this_process());
    json["pid"] = pid;
    EXPECT_FALSE(parse_holder(json)) << pid;
  }
}

}  // namespace
}  // namespace nero_bench
