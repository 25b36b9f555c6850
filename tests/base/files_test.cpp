#include "base/files.h"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
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
    FAIL() << "expected a StoreError";
  } catch (const StoreError& error) {
    EXPECT_THAT(error.what(), HasSubstr("missing"));
  }
}

TEST(UnfinishedFile, IsKnownByTheNameOfItsTemporary) {
  const auto unfinished = unfinished_file("folder/.step-7.ckpt.123.0.tmp");
  ASSERT_TRUE(unfinished);
  EXPECT_EQ(unfinished->file, "folder/step-7.ckpt");
  EXPECT_EQ(unfinished->process, 123);
  EXPECT_EQ(unfinished_file(".a.1.2.tmp")->file, "a");
  for (const char* other : {"a.json", ".a.json.tmp", ".a.json.x.0.tmp", ".a.json.1.x.tmp", ".a.json.-1.0.tmp",
                            ".a.json.99999999999.0.tmp", ".a.json.0.tmp", ".a.json..0.tmp", "a.json.123.0.tmp",
                            ".a.json.123.0.tmp.gz", ".1.0.tmp", "..1.0.tmp", ".tmp", ""})
    EXPECT_FALSE(unfinished_file(other)) << other;
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
  const auto unfinished = unfinished_file(left_over());
  ASSERT_TRUE(unfinished) << left_over();
  EXPECT_EQ(unfinished->file, folder.path() / "a");
  EXPECT_EQ(unfinished->process, writer);
}

TEST(UnfinishedFile, IsRemovedWhenItIsOldAndNoOtherFileIs) {
  const TemporaryFolder folder;
  const auto old = folder.path() / ".a.json.1.1.tmp";
  const auto fresh = folder.path() / ".a.json.1.2.tmp";
  const auto mine = folder.path() / ".notes";
  for (const auto& file : {old, fresh, mine}) write_file(file, "half");
  for (const auto& file : {old, mine})
    fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::hours(3));
  remove_unfinished_files(folder.path(), std::chrono::hours(2));
  remove_unfinished_files(folder.path() / "nowhere", std::chrono::hours(2));
  EXPECT_FALSE(fs::exists(old));
  EXPECT_TRUE(fs::exists(fresh));
  EXPECT_TRUE(fs::exists(mine));
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
