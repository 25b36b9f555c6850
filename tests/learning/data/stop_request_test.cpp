#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "base/file_descriptor.h"
#include "base/stop_signal.h"
#include "learning/data/data_cache.h"
#include "learning/data/decode_files.h"
#include "learning/data/files.h"

namespace nero_bench {
namespace {

constexpr unsigned kPatience = 60;  // seconds

// Whether `body` throws StopRequested, in a process of its own, as a stop signal is for the whole process.
template <class Body>
bool is_left_off(Body body) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(kPatience);
    install_stop_signals();
    try {
      body();
    } catch (const StopRequested&) {
      ::_exit(0);
    }
    ::_exit(1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status == 0;
}

TEST(StopRequest, LeavesOffDecodingBeforeTheNextFile) {
  const ClassFolders folders{{"cat"}, {"1.png", "2.png", "3.png"}, {0, 0, 0}};
  EXPECT_TRUE(is_left_off([&] {
    for_every_file(folders, OnCorrupt::kSkip, 1, [&](ImageFileReader&, std::int64_t file) {
      if (file > 0) ::_exit(2);
      ::raise(SIGTERM);
    });
  }));
}

TEST(StopRequest, LeavesOffListingFilesBeforeTheNextClass) {
  const TemporaryFolder folder;
  folder.write("cat/1.png", "");
  EXPECT_TRUE(is_left_off([&] {
    ::raise(SIGTERM);
    scan_class_folders(folder.path());
  }));
}

TEST(StopRequest, LeavesOffHashingBeforeTheNextFile) {
  const TemporaryFolder folder;
  const DataSource source{"letters", {folder.write("source", "letters")}, {}};
  EXPECT_TRUE(is_left_off([&] {
    ::raise(SIGTERM);
    cached_tensors(source, {"", (folder.path() / "cache").string()}, []() -> NamedTensors { ::_exit(2); });
  }));
}

TEST(StopRequest, LeavesOffWaitingForTheLockOfAnotherProcess) {
  const TemporaryFolder folder;
  const DataSource source{"letters", {folder.write("source", "letters")}, {}};
  const FileDescriptor held(::open(source.files.front().c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_EQ(::flock(held.get(), LOCK_EX), 0);
  EXPECT_TRUE(is_left_off([&] {
    const std::jthread user([] {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      ::kill(::getpid(), SIGTERM);
    });
    cached_tensors(source, {"", (folder.path() / "cache").string()}, []() -> NamedTensors { ::_exit(2); });
  }));
}

}  // namespace
}  // namespace nero_bench
