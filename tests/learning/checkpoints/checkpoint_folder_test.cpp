#include "learning/checkpoints/checkpoint_folder.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/errors.h"
#include "learning/checkpoints/examples.h"
#include "learning/checkpoints/write_checkpoint.h"
#include "temporary_folder.h"
#include "unprivileged.h"

namespace nero_bench {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class Folder : public ::testing::Test {
 protected:
  // As a process that starts anew sees it.
  CheckpointFolder opened(const std::string& trial = "trial", const std::string& environment = "here") const {
    return {folder_, trial, environment};
  }

  static void save(CheckpointFolder& folder, std::int64_t step) {
    folder.save(step, sections_of(small_state(static_cast<unsigned>(step))));
  }

  fs::path file_of(int step) const {
    auto digits = std::to_string(step);
    return folder_ / ("step-" + std::string(12 - digits.size(), '0') + digits + ".ckpt");
  }

  // Of another process, which had its own reasons.
  void leave(int step, const std::string& trial = "trial", const std::string& environment = "here") const {
    fs::create_directories(folder_);
    write_checkpoint(file_of(step), {trial, environment, step}, sections_of(small_state(static_cast<unsigned>(step))));
  }

  void damage(int step) const { fs::resize_file(file_of(step), fs::file_size(file_of(step)) - 1); }

  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_)) names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  }

  static std::optional<std::int64_t> step_of(const CheckpointFolder::Latest& latest) {
    return latest.checkpoint ? std::optional(latest.checkpoint->header().step) : std::nullopt;
  }

  TemporaryFolder temporary_;
  fs::path folder_ = temporary_.path() / "checkpoints" / "trial";
};

TEST_F(Folder, ThatIsNotThereHasNoCheckpointAndIsNotCreated) {
  EXPECT_EQ(step_of(opened().latest()), std::nullopt);
  EXPECT_THAT(opened().latest().passed_over, IsEmpty());
  EXPECT_FALSE(fs::exists(temporary_.path() / "checkpoints"));
}

TEST_F(Folder, KeepsTheLastTwoAndFindsTheNewest) {
  auto folder = opened();
  for (const int step : {5, 90, 1000}) save(folder, step);
  EXPECT_THAT(names(), ElementsAre("step-000000000090.ckpt", "step-000000001000.ckpt"));
  const auto latest = opened().latest();
  ASSERT_EQ(step_of(latest), 1000);
  EXPECT_THAT(latest.passed_over, IsEmpty());
  EXPECT_EQ(latest.checkpoint->header().trial, "trial");
  EXPECT_EQ(latest.checkpoint->header().environment_hash, "here");
  expect_holds(*latest.checkpoint, small_state(1000));
}

TEST_F(Folder, OrdersStepsAsNumbers) {
  leave(999);
  write_checkpoint(folder_ / "step-1000000000000.ckpt", {"trial", "here", 1'000'000'000'000}, {});  // 13 digits
  EXPECT_EQ(step_of(opened().latest()), 1'000'000'000'000);
}

TEST_F(Folder, FallsBackToTheOneBeforeADamagedOneAndSaysWhy) {
  auto folder = opened();
  for (const int step : {300, 600}) save(folder, step);
  damage(600);
  const auto latest = opened().latest();
  EXPECT_EQ(step_of(latest), 300);
  EXPECT_THAT(latest.passed_over,
              ElementsAre(StartsWith(file_of(600).string() + ": not an intact checkpoint: it has")));
  damage(300);
  EXPECT_EQ(step_of(opened().latest()), std::nullopt);
  EXPECT_EQ(opened().latest().passed_over.size(), 2U);
}

TEST_F(Folder, PassesOverOtherTrialsEnvironmentsAndSteps) {
  leave(1);
  leave(2, "other trial");
  leave(3, "trial", "elsewhere");
  leave(4);
  fs::rename(file_of(4), file_of(5));
  const auto latest = opened().latest();
  EXPECT_EQ(step_of(latest), 1);
  EXPECT_THAT(
      latest.passed_over,
      ElementsAre(AllOf(StartsWith(file_of(5).string()), HasSubstr("holds step 4")),
                  AllOf(StartsWith(file_of(3).string()), HasSubstr("environment 'elsewhere'"), HasSubstr("'here'")),
                  AllOf(StartsWith(file_of(2).string()), HasSubstr("trial 'other trial', not to 'trial'"))));
}

TEST_F(Folder, NeverLetsADamagedOneDisplaceAGoodOne) {
  leave(300);
  leave(600);
  damage(600);
  auto folder = opened();
  ASSERT_EQ(step_of(folder.latest()), 300);
  save(folder, 650);
  EXPECT_THAT(names(), ElementsAre("step-000000000300.ckpt", "step-000000000650.ckpt"));
}

TEST_F(Folder, KeepsTheOneBeforeWhenAStepIsSavedAgain) {
  for (const int step : {300, 600}) leave(step);
  auto folder = opened();
  ASSERT_EQ(step_of(folder.latest()), 600);
  save(folder, 600);  // interrupted before the next step
  save(folder, 600);
  EXPECT_THAT(names(), ElementsAre("step-000000000300.ckpt", "step-000000000600.ckpt"));
}

TEST_F(Folder, RemovesWhatATrialThatStartsAnewHasOvertaken) {
  leave(300, "trial", "elsewhere");
  leave(600, "trial", "elsewhere");
  auto folder = opened();
  ASSERT_EQ(step_of(folder.latest()), std::nullopt);
  save(folder, 100);
  EXPECT_THAT(names(), ElementsAre("step-000000000100.ckpt"));
}

TEST_F(Folder, KeepsTwoAlsoForAProcessThatNeverLooked) {
  for (const int step : {1, 2, 3}) {
    auto folder = opened();
    save(folder, step);
  }
  EXPECT_THAT(names(), ElementsAre("step-000000000002.ckpt", "step-000000000003.ckpt"));
}

TEST_F(Folder, RemovesWhatAKilledWriterLeftButNotWhatAnotherIsWriting) {
  fs::create_directories(folder_);
  const auto leave = [&](const char* name, std::chrono::seconds age) {
    write_file(folder_ / name, "half a check");
    fs::last_write_time(folder_ / name, fs::file_time_type::clock::now() - age);
  };
  leave(".step-000000000007.ckpt.1.0.tmp", std::chrono::seconds(90));
  leave(".step-000000000007.ckpt.1.1.tmp", std::chrono::seconds(0));
  auto folder = opened();
  EXPECT_EQ(step_of(folder.latest()), std::nullopt);
  save(folder, 8);
  EXPECT_THAT(names(), ElementsAre(".step-000000000007.ckpt.1.1.tmp", "step-000000000008.ckpt"));
}

// As by the process that took the trial over and has its result, or that takes for left over what we write after a
// long pause.
TEST_F(Folder, LeavesOutWhatAnotherProcessRemovesWhileItIsWritten) {
  auto folder = opened();
  std::jthread other([&](const std::stop_token& stop) {
    std::error_code ignored;
    while (!stop.stop_requested()) fs::remove_all(folder_, ignored);
  });
  for (int step = 1; step <= 60; ++step) ASSERT_NO_THROW(save(folder, step)) << step;
  other = {};
  save(folder, 61);
  EXPECT_THAT(names(), ElementsAre("step-000000000061.ckpt"));
}

TEST_F(Folder, LeavesForeignFilesAlone) {
  const std::vector<std::string> foreign{".notes.json.123.0.tmp",  "README.txt",   "step-000000000001.ckpt.bak",
                                         "step-00000000000x.ckpt", "step-99.ckpt", "step--00000000001.ckpt"};
  fs::create_directories(folder_ / "step-000000000009.ckpt");  // a folder of that name
  for (const auto& name : foreign) write_file(folder_ / name, "content");
  auto folder = opened();
  for (const int step : {1, 2, 3}) save(folder, step);
  const auto latest = opened().latest();
  EXPECT_EQ(step_of(latest), 3);
  EXPECT_THAT(latest.passed_over, IsEmpty());
  auto expected = foreign;
  for (const auto* name : {"step-000000000009.ckpt", "step-000000000002.ckpt", "step-000000000003.ckpt"})
    expected.emplace_back(name);
  EXPECT_THAT(names(), ::testing::UnorderedElementsAreArray(expected));
  for (const auto& name : foreign) EXPECT_EQ(content_of(folder_ / name), "content");
}

TEST_F(Folder, ThatMayNotBeWrittenIsNamed) {
  leave(1);
  fs::permissions(temporary_.path(), fs::perms{0755});
  fs::permissions(folder_, fs::perms{0555});
  auto folder = opened();
  EXPECT_THAT(
      complaint_to_unprivileged<StoreError>([&] { save(folder, 2); }),
      AllOf(StartsWith(file_of(2).string() + ": cannot create: Permission denied"), HasSubstr("allow writing")));
  EXPECT_EQ(complaint_to_unprivileged<StoreError>([&] { EXPECT_EQ(step_of(folder.latest()), 1); }), "");
  fs::permissions(folder_, fs::perms{0});
  EXPECT_THAT(complaint_to_unprivileged<StoreError>([&] { folder.latest(); }),
              HasSubstr("trial: cannot be read: Permission denied"));
  fs::permissions(folder_, fs::perms{0755});
  EXPECT_THAT(names(), ElementsAre("step-000000000001.ckpt"));
}

TEST_F(Folder, ThatIsAFileIsNamed) {
  fs::create_directories(folder_.parent_path());
  write_file(folder_, "");
  auto folder = opened();
  EXPECT_THROW(folder.latest(), StoreError);
  EXPECT_THROW(save(folder, 1), StoreError);
}

TEST_F(Folder, OfAWriterKilledAtAnyMomentHoldsAnIntactCheckpoint) {
  std::int64_t reached = 0;
  for (int round = 0; round < 20; ++round) {
    const pid_t writer = ::fork();
    if (writer == 0) {
      auto folder = opened();
      const auto start = step_of(folder.latest()).value_or(0);
      for (std::int64_t step = start + 1;; ++step) save(folder, step);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10 + 3 * round));
    ::kill(writer, SIGKILL);
    ::waitpid(writer, nullptr, 0);
    const auto latest = opened().latest();
    EXPECT_THAT(latest.passed_over, IsEmpty());
    EXPECT_GE(step_of(latest).value_or(0), reached);
    reached = step_of(latest).value_or(0);
    if (latest.checkpoint) expect_holds(*latest.checkpoint, small_state(static_cast<unsigned>(reached)));
  }
  EXPECT_GT(reached, 0);
  const auto left = names();
  const auto half_written = std::count_if(left.begin(), left.end(), [](const auto& name) { return name[0] == '.'; });
  EXPECT_LE(static_cast<int>(left.size()) - half_written, 3);  // two, one not yet removed
}

}  // namespace
}  // namespace nero_bench
