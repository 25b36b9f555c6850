#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <future>
#include <thread>

#include "base/errors.h"
#include "learning/data/cached_examples.h"

namespace nero_bench {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(DataCache, GivesWhatWasDecodedAndDecodesOnce) {
  for (int time = 0; time < 3; ++time) EXPECT_TRUE(equal(load(), examples())) << time;
  EXPECT_EQ(decoded_, 1);
  ASSERT_EQ(cached_files().size(), 1);
  EXPECT_THAT(cached_files().at(0).filename().string(), testing::MatchesRegex("letters-[0-9a-f]{16}\\.tensors"));
}

TEST_F(DataCache, LetsOneDecodeWhereSeveralStartTogether) {
  std::atomic<int> decoded = 0;
  const auto load = [&] {
    return cached_tensors(source_, {"", cache()}, [&] {
      ++decoded;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      return examples();
    });
  };
  std::vector<std::future<NamedTensors>> loads;
  for (int i = 0; i < 4; ++i) loads.push_back(std::async(std::launch::async, load));  // a lock is an open file's
  for (auto& each : loads) EXPECT_TRUE(equal(each.get(), examples()));
  EXPECT_EQ(decoded, 1);
}

TEST_F(DataCache, DecodesAnewWhatAFileAnOptionOrTheNameChanges) {
  load();
  folder_.write("source", "what it is decoded From");
  load();
  EXPECT_EQ(decoded_, 2);
  source_.options["size"] = 4;
  load();
  EXPECT_EQ(decoded_, 3);
  source_.name = "digits";
  load();
  EXPECT_EQ(decoded_, 4);
  EXPECT_EQ(cached_files().size(), 4);
}

TEST_F(DataCache, KnowsAFileByItsContentNotByNameOrTime) {
  load();
  source_.files = {folder_.write("copy", "what it is decoded from")};
  load();
  EXPECT_EQ(decoded_, 1);
}

TEST_F(DataCache, KeepsNothingIfTheFilesChangeWhileTheyAreDecoded) {
  const auto decode = [this] {
    folder_.write("source", "something else");
    return examples();
  };
  EXPECT_TRUE(equal(cached_tensors(source_, {"", cache()}, decode), examples()));
  EXPECT_FALSE(fs::exists(cache()));
}

TEST_F(DataCache, PassesOnWhatTheDecoderThrowsAndKeepsNothing) {
  const auto decode = []() -> NamedTensors { throw DataError("torn"); };
  EXPECT_THROW(cached_tensors(source_, {"", cache()}, decode), DataError);
  EXPECT_FALSE(fs::exists(cache()));
}

TEST_F(DataCache, OfAMissingFileIsADataErrorThatNamesIt) {
  fs::remove(source_.files[0]);
  try {
    load();
    FAIL();
  } catch (const DataError& error) {
    EXPECT_THAT(error.what(), HasSubstr(source_.files[0] + ": cannot be read"));
  }
}

TEST_F(DataCache, ThatCannotBeWrittenIsDoneWithoutAndOneWarningSaysSo) {
  folder_.write("cache", "a file in place of the folder");
  testing::internal::CaptureStderr();
  EXPECT_TRUE(equal(load(), examples()));
  const auto warning = testing::internal::GetCapturedStderr();
  EXPECT_THAT(warning, HasSubstr("no data are cached"));
  EXPECT_THAT(warning, HasSubstr("--cache-dir"));
  EXPECT_EQ(std::count(warning.begin(), warning.end(), '\n'), 1) << warning;
}

TEST_F(DataCache, IsNotUsedWhereTheUserWantsNone) {
  testing::internal::CaptureStderr();
  EXPECT_TRUE(equal(cached_tensors(source_, {"", "none"}, examples), examples()));
  EXPECT_THAT(testing::internal::GetCapturedStderr(), IsEmpty());
}

TEST_F(DataCache, OutlivesItsFileWhileATensorIsLeft) {
  auto tensors = load();
  const auto reals = tensors[1].tensor;
  tensors.clear();
  fs::remove_all(cache());
  EXPECT_TRUE(at::equal(reals, examples()[1].tensor));
}

// Killed as by a stray write: it must not become another trial's data.
TEST_F(DataCache, CannotBeWrittenToByTheOneWhoUsesIt) {
  for (const auto& where : {cache(), std::string("none")}) {
    const auto tensors = cached_tensors(source_, {"", where}, examples);
    EXPECT_DEATH(tensors[1].tensor.mutable_data_ptr<float>()[0] = 1, "");
  }
}

TEST_F(DataCache, IsBuiltByManyAtOnceWithoutHarm) {
  std::vector<pid_t> children;
  for (int i = 0; i < 8; ++i) {
    children.push_back(::fork());
    if (children.back() == 0) ::_exit(equal(load(), examples()) ? 0 : 1);
  }
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(cached_files().size(), 1);
  load();
  EXPECT_EQ(decoded_, 0);
}

TEST_F(DataCache, RemovesWhatWritersLeftThatDiedLongAgo) {
  folder_.write("cache/.letters-0.tensors.1.2.tmp", "half");
  const auto old = folder_.write("cache/.letters-0.tensors.1.1.tmp", "half");
  const auto mine = folder_.write("cache/notes", "mine");
  for (const auto& file : {old, mine})
    fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::hours(2));
  load();
  EXPECT_FALSE(fs::exists(old));
  EXPECT_TRUE(fs::exists(mine));
  EXPECT_EQ(cached_files().size(), 3);
}

TEST(DataCacheFolder, IsTheNamedOneThenTheVariablesThenTheUsers) {
  ScopedEnvironment::Variables all{{"NERO_BENCH_CACHE", "/variable"}, {"XDG_CACHE_HOME", "/xdg"}, {"HOME", "/home/me"}};
  const ScopedEnvironment environment(all);
  EXPECT_EQ(data_cache_folder({"", "/named"}), "/named");
  EXPECT_EQ(data_cache_folder({"", "none"}), "");
  EXPECT_EQ(data_cache_folder({}), "/variable");
  const ScopedEnvironment unset(ScopedEnvironment::Variables{{"NERO_BENCH_CACHE", std::nullopt}});
  EXPECT_EQ(data_cache_folder({}), "/xdg/nero-bench/data");
  const ScopedEnvironment without_xdg(ScopedEnvironment::Variables{{"XDG_CACHE_HOME", ""}});
  EXPECT_EQ(data_cache_folder({}), "/home/me/.cache/nero-bench/data");
  const ScopedEnvironment homeless(ScopedEnvironment::Variables{{"HOME", std::nullopt}});
  EXPECT_EQ(data_cache_folder({}), "");
  const ScopedEnvironment none(ScopedEnvironment::Variables{{"NERO_BENCH_CACHE", "none"}});
  EXPECT_EQ(data_cache_folder({}), "");
}

}  // namespace
}  // namespace nero_bench
