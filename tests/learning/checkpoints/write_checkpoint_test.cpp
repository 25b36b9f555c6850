#include "learning/checkpoints/write_checkpoint.h"

#include <gmock/gmock.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/errors.h"
#include "learning/checkpoints/checkpoint.h"
#include "learning/checkpoints/examples.h"
#include "temporary_folder.h"

namespace nero_bench {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::ptrdiff_t count_files(const fs::path& folder) { return std::distance(fs::directory_iterator(folder), {}); }

const CheckpointHeader kHeader{"trial", "here", 1};

// What writing complains about; empty if it does not.
std::string complaint_of_writing(const fs::path& file, const std::vector<Example>& examples) {
  try {
    write_checkpoint(file, kHeader, sections_of(examples));
  } catch (const StoreError& error) {
    EXPECT_EQ(error.code(), ExitCode::kStore);
    return error.what();
  }
  return "";
}

const std::vector<Example> kLarge{{"large", ElementType::kUint8, {1 << 20}, noise(1 << 20, 9)}};

// Files of this process end at 100 kB, with an error in place of a signal.
class SmallFiles {
 public:
  SmallFiles() : handler_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit small{100'000, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
  }
  ~SmallFiles() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int);
  rlimit before_{};
};

TEST(WriteCheckpoint, ThatFailsLeavesThePreviousFileAndNothingElse) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "a.ckpt";
  write_checkpoint(file, kHeader, sections_of(small_state()));
  {
    const SmallFiles small;
    EXPECT_THAT(complaint_of_writing(file, kLarge), AllOf(StartsWith(file.string() + ": cannot write: "),
                                                          HasSubstr("File too large"), HasSubstr("ulimit")));
  }
  expect_holds(Checkpoint(file), small_state());
  EXPECT_EQ(count_files(folder.path()), 1);
  EXPECT_EQ(complaint_of_writing(file, kLarge), "");
  expect_holds(Checkpoint(file), kLarge);
}

// Gives the process mounts of its own; without privileges also users of its own, among them itself.
bool enter_own_namespace() {
  const auto user = std::to_string(::geteuid());
  const auto group = std::to_string(::getegid());
  if (user == "0") return ::unshare(CLONE_NEWNS) == 0;
  if (::unshare(CLONE_NEWNS | CLONE_NEWUSER) != 0) return false;
  write_file("/proc/self/setgroups", "deny");
  write_file("/proc/self/uid_map", user + " " + user + " 1");
  write_file("/proc/self/gid_map", group + " " + group + " 1");
  return true;
}

// A file system of 512 KiB in `folder`, where the process may have one.
class SmallDisk {
 public:
  explicit SmallDisk(fs::path folder) : folder_(std::move(folder)) {
    mounted_ = enter_own_namespace() && ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
               ::mount("tmpfs", folder_.c_str(), "tmpfs", 0, "size=512k") == 0;
    if (!mounted_) error_ = std::strerror(errno);
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }
  const std::string& error() const { return error_; }

 private:
  fs::path folder_;
  bool mounted_ = false;
  std::string error_;
};

TEST(WriteCheckpoint, OnAFullDiskSaysHowMuchItNeedsAndLeavesThePreviousFile) {
  const TemporaryFolder folder;
  const SmallDisk disk(folder.path());
  if (!disk.mounted()) GTEST_SKIP() << "may not mount a small file system here: " << disk.error();
  const auto file = folder.path() / "a.ckpt";
  write_checkpoint(file, kHeader, sections_of(small_state()));
  // 64 of preamble, 82 of table up to the next multiple of 64, and the payload
  EXPECT_THAT(complaint_of_writing(file, kLarge),
              AllOf(StartsWith(file.string() + ": cannot write: No space left on device"),
                    HasSubstr("it needs " + std::to_string(192 + (1 << 20)) + " bytes: free some space")));
  expect_holds(Checkpoint(file), small_state());
  EXPECT_EQ(count_files(folder.path()), 1);
}

TEST(WriteCheckpoint, NamesAFolderThatIsNotThere) {
  const TemporaryFolder folder;
  EXPECT_THAT(complaint_of_writing(folder.path() / "missing" / "a.ckpt", small_state()),
              AllOf(HasSubstr("missing/a.ckpt: cannot create"), HasSubstr("No such file")));
}

TEST(WriteCheckpoint, RefusesWhatCouldNotBeReadAndWritesNothing) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "a.ckpt";
  const auto refuses = [&](const std::vector<Example>& examples) {
    EXPECT_THROW(write_checkpoint(file, kHeader, sections_of(examples)), std::invalid_argument);
  };
  refuses({{"a", ElementType::kUint8, {1}, noise(1, 0)}, {"a", ElementType::kUint8, {2}, noise(2, 0)}});
  refuses({{"a", ElementType::kFloat32, {2}, noise(7, 0)}});
  refuses({{"a", ElementType::kFloat32, {}, {}}});
  refuses({{"a", ElementType::kUint8, {-1}, noise(1, 0)}});
  refuses({{"a", static_cast<ElementType>(0), {0}, {}}});
  EXPECT_THROW(write_checkpoint(file, {"trial", "here", -1}, {}), std::invalid_argument);
  EXPECT_THROW(write_checkpoint(file, {std::string(70 << 20, 'x'), "here", 1}, {}), std::invalid_argument);
  EXPECT_EQ(count_files(folder.path()), 0);
}

std::int64_t peak_kibibytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

TEST(WriteCheckpoint, MakesNoCopyOfASection) {
  constexpr std::size_t kSize = 64 << 20;
  const TemporaryFolder folder;
  const std::vector<std::byte> zeros(kSize);
  const Section section{"large", ElementType::kUint8, {kSize}, zeros};
  const auto before = peak_kibibytes();
  write_checkpoint(folder.path() / "a.ckpt", kHeader, {&section, 1});
  EXPECT_LT(peak_kibibytes() - before, 8 * 1024);
  EXPECT_GT(fs::file_size(folder.path() / "a.ckpt"), kSize);
}

}  // namespace
}  // namespace nero_bench
