#include "harness/results/lease.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <atomic>
#include <thread>

#include "base/errors.h"
#include "temporary_folder.h"

namespace nero_bench {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Holder of_other_host() {
  auto holder = this_process();
  holder.host = "elsewhere";
  return holder;
}

Holder dead() {
  auto holder = this_process();
  ++holder.start_time;
  return holder;
}

class LeaseTest : public ::testing::Test {
 protected:
  // Of a process that looks at a clock of the test's.
  LeaseOptions options(const Holder& holder = this_process()) {
    return {.silence = 600s, .holder = holder, .now = [this] { return now_; }};
  }
  fs::path file_of(const std::string& trial) const { return folder_.path() / "leases" / (trial + ".json"); }
  void leave(const std::string& trial, const std::string& content) const {
    fs::create_directories(file_of(trial).parent_path());
    write_file(file_of(trial), content);
  }

  TemporaryFolder folder_;
  std::chrono::steady_clock::time_point now_{};
  Leases ours_{folder_.path(), options()};
  Leases others_{folder_.path(), options()};  // of another process, but for its id
};

TEST_F(LeaseTest, IsHeldByOneAtATime) {
  {
    const auto lease = ours_.try_acquire("a");
    ASSERT_TRUE(lease);
    EXPECT_FALSE(others_.try_acquire("a"));
    EXPECT_FALSE(ours_.try_acquire("a"));
    EXPECT_TRUE(others_.try_acquire("b"));
  }
  EXPECT_FALSE(fs::exists(file_of("a")));
  EXPECT_TRUE(others_.try_acquire("a"));
}

TEST_F(LeaseTest, TellsItsHolder) {
  EXPECT_EQ(ours_.holder("a"), std::nullopt);
  const auto lease = ours_.try_acquire("a");
  const auto me = this_process();
  EXPECT_EQ(others_.holder("a"), "host " + me.host + ", pid " + std::to_string(me.pid));
  EXPECT_THAT(others_.held(), ElementsAre("a"));
}

TEST_F(LeaseTest, OfADeadProcessIsTakenOverAtOnce) {
  leave("a", to_json(dead()).dump());
  EXPECT_TRUE(ours_.is_free("a"));
  EXPECT_TRUE(ours_.held().empty());
  EXPECT_TRUE(ours_.try_acquire("a"));
}

TEST_F(LeaseTest, OfAnotherHostIsTakenOverOnlyAfterALongSilence) {
  leave("a", to_json(of_other_host()).dump());
  EXPECT_FALSE(ours_.try_acquire("a"));
  now_ += 599s;
  EXPECT_FALSE(ours_.try_acquire("a"));
  now_ += 1s;
  EXPECT_TRUE(ours_.try_acquire("a"));
}

TEST_F(LeaseTest, OfAnotherHostStaysWhereItGivesASignOfLifeHoweverOldItsClock) {
  leave("a", to_json(of_other_host()).dump());
  EXPECT_FALSE(ours_.try_acquire("a"));
  now_ += 599s;
  fs::last_write_time(file_of("a"), fs::file_time_type::clock::now() - 24h * 365);
  EXPECT_FALSE(ours_.try_acquire("a"));
  now_ += 599s;
  EXPECT_FALSE(ours_.try_acquire("a"));
  now_ += 1s;
  EXPECT_TRUE(ours_.try_acquire("a"));
}

TEST_F(LeaseTest, OfARunningProcessOfThisHostStaysHoweverSilent) {
  leave("a", to_json(this_process()).dump());
  EXPECT_FALSE(ours_.try_acquire("a"));
  now_ += 24h;
  EXPECT_FALSE(ours_.try_acquire("a"));
}

TEST_F(LeaseTest, ThatCannotBeReadCountsAsThatOfAnotherHost) {
  leave("garbage", std::string("{\0\xff{{", 5));
  leave("empty", "");
  leave("deep", std::string(60'000, '['));
  leave("number", "3");
  leave("huge", std::string(1'000'000, ' '));
  for (const char* trial : {"garbage", "empty", "deep", "number", "huge"}) {
    EXPECT_FALSE(ours_.try_acquire(trial)) << trial;
    EXPECT_THAT(ours_.holder(trial).value(), HasSubstr(trial));
  }
  now_ += 600s;
  for (const char* trial : {"garbage", "empty", "deep", "number", "huge"})
    EXPECT_TRUE(ours_.try_acquire(trial)) << trial;
}

TEST_F(LeaseTest, ThatIsAPipeIsNotWaitedFor) {
  fs::create_directories(folder_.path() / "leases");
  ASSERT_EQ(::mkfifo(file_of("a").c_str(), 0600), 0);
  EXPECT_FALSE(ours_.try_acquire("a"));
  now_ += 600s;
  EXPECT_TRUE(ours_.try_acquire("a"));
}

TEST_F(LeaseTest, ThatIsAFolderIsNamedOnceItIsSilent) {
  fs::create_directories(file_of("a"));
  EXPECT_FALSE(ours_.try_acquire("a"));
  now_ += 600s;
  try {
    ours_.try_acquire("a");
    FAIL() << "expected a StoreError";
  } catch (const StoreError& error) {
    EXPECT_THAT(error.what(), HasSubstr("a.json"));
  }
}

TEST_F(LeaseTest, TakenAwayFromUsIsNotRemovedByUs) {
  {
    const auto lease = ours_.try_acquire("a");
    leave("a", to_json(of_other_host()).dump());
  }
  EXPECT_EQ(content_of(file_of("a")), to_json(of_other_host()).dump());
}

TEST_F(LeaseTest, IsTouchedWhileItIsHeld) {
  Leases quick(folder_.path(), {.silence = 100ms});
  const auto lease = quick.try_acquire("a");
  const auto long_ago = fs::file_time_type::clock::now() - 24h;
  fs::last_write_time(file_of("a"), long_ago);
  while (fs::last_write_time(file_of("a")) < long_ago + 1h) std::this_thread::sleep_for(1ms);  // else ctest ends it
}

TEST_F(LeaseTest, OfManyThatWantADeadOnesTrialExactlyOneGetsIt) {
  constexpr int kReclaimers = 8;
  for (int round = 0; round < 50; ++round) {
    leave("a", to_json(dead()).dump());
    std::atomic<int> granted{0};
    std::atomic<int> finished{0};
    std::vector<std::jthread> reclaimers;
    for (int i = 0; i < kReclaimers; ++i) {
      reclaimers.emplace_back([&] {
        Leases leases(folder_.path());
        std::vector<Lease> got;  // kept until all have asked
        for (int n = 0; n < 20; ++n) {
          if (auto lease = leases.try_acquire("a")) got.push_back(std::move(*lease));
        }
        granted += static_cast<int>(got.size());
        ++finished;
        while (finished < kReclaimers) std::this_thread::yield();
      });
    }
    reclaimers.clear();
    EXPECT_EQ(granted, 1);
    EXPECT_FALSE(fs::exists(file_of("a")));
  }
}

}  // namespace
}  // namespace nero_bench
