#include "base/files.h"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <set>
#include <thread>

#include "base/errors.h"
#include "temporary_folder.h"

namespace nero_bench {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

std::ptrdiff_t count_files(const fs::path& folder) { return std::distance(fs::directory_iterator(folder), {}); }

TEST(WriteAtomically, WritesTheFileAndLeavesNothingElse) {
  const TemporaryFolder folder;
  EXPECT_TRUE(write_atomically(folder.path() / "a.json", "content", false));
  EXPECT_EQ(content_of(folder.path() / "a.json"), "content");
  EXPECT_EQ(count_files(folder.path()), 1);
}

TEST(WriteAtomically, WritesIntoTheWorkingFolder) {
  const TemporaryFolder folder;
  const auto before = fs::current_path();
  fs::current_path(folder.path());
  EXPECT_TRUE(write_atomically("a.json", "content", false));
  fs::current_path(before);
  EXPECT_EQ(content_of(folder.path() / "a.json"), "content");
}

TEST(WriteAtomically, NeverReplacesAFileUnlessTold) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "a.json";
  write_file(file, "first");
  EXPECT_FALSE(write_atomically(file, "second", false));
  EXPECT_EQ(content_of(file), "first");
  EXPECT_TRUE(write_atomically(file, "third", true));
  EXPECT_EQ(content_of(file), "third");
  EXPECT_EQ(count_files(folder.path()), 1);
}

TEST(WriteAtomically, OfManyWritersExactlyOneCreatesTheFile) {
  const TemporaryFolder folder;
  std::atomic<int> created{0};
  std::vector<std::thread> writers;
  for (int i = 0; i < 8; ++i) {
    writers.emplace_back([&, i] {
      created +=
          write_atomically(folder.path() / "a.json", std::string(1000, static_cast<char>('a' + i)), false) ? 1 : 0;
    });
  }
  for (auto& writer : writers) writer.join();
  EXPECT_EQ(created, 1);
  EXPECT_EQ(content_of(folder.path() / "a.json").size(), 1000U);
  EXPECT_EQ(count_files(folder.path()), 1);
}

TEST(WriteAtomically, WritesPartsOneAfterTheOther) {
  const TemporaryFolder folder;
  const std::vector<std::string_view> parts{"one", "", "two", {}};
  EXPECT_TRUE(write_atomically(folder.path() / "a", parts, false));
  EXPECT_EQ(content_of(folder.path() / "a"), "onetwo");
}

TEST(WriteAtomically, NamesAFolderThatIsNotThere) {
  const TemporaryFolder folder;
  try {
    write_atomically(folder.path() / "missing" / "a.json", "content", false);
    FAIL() << "expected an error";
  } catch (const RemovedError& error) {
    EXPECT_THAT(error.what(), HasSubstr("missing"));
  }
}

TEST(UnfinishedFile, IsWhatAKilledWriterLeaves) {
  const TemporaryFolder folder;
  const auto left_over = [&]() -> fs::path {
    for (const auto& entry : fs::directory_iterator(folder.path())) return entry.path();
    return {};
  };
  const pid_t writer = ::fork();
  if (writer == 0) {
    rlimit small{1000, 1000};
    ::setrlimit(RLIMIT_FSIZE, &small);  // SIGXFSZ ends the process in the middle of the file
    write_atomically(folder.path() / "a", std::string(2000, 'x'), false);
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(writer, &status, 0), writer);
  ASSERT_TRUE(WIFSIGNALED(status));
  ASSERT_EQ(count_files(folder.path()), 1);
  fs::last_write_time(left_over(), fs::file_time_type::clock::now() - std::chrono::minutes(3));
  remove_unfinished_files(folder.path(), std::chrono::minutes(2));
  EXPECT_EQ(count_files(folder.path()), 0);
}

TEST(UnfinishedFile, IsRemovedWhenItIsOldAndNoOtherFileIs) {
  const TemporaryFolder folder;
  const auto leave = [&](const std::string& name, std::chrono::minutes age) {
    write_file(folder.path() / name, "half");
    fs::last_write_time(folder.path() / name, fs::file_time_type::clock::now() - age);
  };
  const std::set<std::string> others{
      "a.json",        ".notes",         ".a.json.tmp",      ".a.json.x.0.tmp",      ".a.json.1.x.tmp",
      ".a.json.0.tmp", ".a.json..0.tmp", "a.json.123.0.tmp", ".a.json.123.0.tmp.gz", ".1.0.tmp"};
  for (const auto& name : others) leave(name, std::chrono::minutes(3));
  for (const auto* name : {".a.json.1.1.tmp", ".step-7.ckpt.123.0.tmp", ".a.1.2.tmp"})
    leave(name, std::chrono::minutes(3));
  leave(".a.json.1.2.tmp", std::chrono::minutes(1));
  remove_unfinished_files(folder.path(), std::chrono::minutes(2));
  remove_unfinished_files(folder.path() / "nowhere", std::chrono::minutes(2));
  std::set<std::string> left;
  for (const auto& entry : fs::directory_iterator(folder.path())) left.insert(entry.path().filename().string());
  auto expected = others;
  expected.insert(".a.json.1.2.tmp");
  EXPECT_EQ(left, expected);
}

TEST(MoveToNewName, MovesAFileUnlessTheNameIsTaken) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "a";
  const auto name = folder.path() / "b";
  write_file(file, "first");
  EXPECT_TRUE(move_to_new_name(file, name));
  EXPECT_FALSE(fs::exists(file));
  write_file(file, "second");
  EXPECT_FALSE(move_to_new_name(file, name));
  EXPECT_EQ(content_of(file), "second");
  EXPECT_EQ(content_of(name), "first");
  EXPECT_THROW(move_to_new_name(folder.path() / "missing", folder.path() / "c"), RemovedError);
}

TEST(CreateFile, CreatesWhatIsNotThereAndLeavesNothingElse) {
  const TemporaryFolder folder;
  EXPECT_TRUE(create_file(folder.path() / "a", "first"));
  EXPECT_FALSE(create_file(folder.path() / "a", "second"));
  EXPECT_EQ(content_of(folder.path() / "a"), "first");
  EXPECT_EQ(count_files(folder.path()), 1);
  EXPECT_THROW(create_file(folder.path() / "missing" / "a", ""), StoreError);
}

TEST(ReadText, ReadsWhatIsThere) {
  const TemporaryFolder folder;
  const std::string content("a\0b\n", 4);
  write_file(folder.path() / "a", content);
  const auto text = read_text(folder.path() / "a", 100);
  ASSERT_TRUE(text);
  EXPECT_EQ(text.content, content);
}

TEST(ReadText, ReadsWhatHasNoSizeOfItsOwn) {
  const auto text = read_text("/proc/self/maps", 1 << 20);
  ASSERT_TRUE(text);
  EXPECT_GT(text.content.size(), 1000U);
}

TEST(ReadText, SaysWhyItCannot) {
  const TemporaryFolder folder;
  write_file(folder.path() / "long", std::string(101, 'x'));
  EXPECT_THAT(read_text(folder.path() / "long", 100).error, HasSubstr("longer than 100 bytes"));
  EXPECT_THAT(read_text(folder.path() / "missing", 100).error, HasSubstr("cannot be opened"));
  EXPECT_THAT(read_text(folder.path(), 100).error, HasSubstr("cannot be read"));
}

TEST(ReadText, StopsAtTheLimitWhereTheSizeIsNotKnownBefore) {
  EXPECT_THAT(read_text("/dev/zero", 100'000).error, HasSubstr("longer than"));
}

TEST(EnsureFolder, CreatesParentsAndIsContentWithWhatIsThere) {
  const TemporaryFolder folder;
  ensure_folder(folder.path() / "a" / "b");
  ensure_folder(folder.path() / "a" / "b");
  EXPECT_TRUE(fs::is_directory(folder.path() / "a" / "b"));
  write_file(folder.path() / "file", "");
  EXPECT_THROW(ensure_folder(folder.path() / "file" / "b"), StoreError);
}

}  // namespace
}  // namespace nero_bench
