#include "learning/data/data_cache.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/scalar_tensor.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <future>
#include <thread>

#include "base/errors.h"
#include "learning/checkpoints/checksum.h"
#include "learning/checkpoints/file_format.h"
#include "learning/data/files.h"

namespace nero_bench {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

namespace fs = std::filesystem;

NamedTensors examples() {
  return {{"bytes", at::arange(30).to(at::kByte).view({2, 3, 5})},
          {"reals", at::arange(7, at::kFloat).div_(3)},
          {"labels", at::arange(5, at::kLong)},
          {"one", at::scalar_tensor(0.1, at::kDouble)},
          {"none", at::zeros({0, 4}, at::kInt)}};
}

bool equal(const NamedTensors& left, const NamedTensors& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](const auto& a, const auto& b) {
    return a.name == b.name && a.tensor.scalar_type() == b.tensor.scalar_type() && at::equal(a.tensor, b.tensor);
  });
}

std::string content_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

class DataCache : public testing::Test {
 protected:
  DataCache() { source_.files = {folder_.write("source", "what it is decoded from")}; }

  NamedTensors load() {
    return cached_tensors(source_, {"", cache()}, [this] {
      ++decoded_;
      return examples();
    });
  }

  std::string cache() const { return (folder_.path() / "cache").string(); }

  std::vector<fs::path> cached_files() const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(cache())) files.push_back(entry.path());
    return files;
  }

  // Loads with a cache whose only file has this content, and returns the warning.
  std::string warning_with(const std::string& content) {
    const auto file = cached_files().at(0);
    fs::remove(file);  // not written over: an earlier load has it mapped
    std::ofstream(file, std::ios::binary) << content;
    testing::internal::CaptureStderr();
    EXPECT_TRUE(equal(load(), examples()));
    return testing::internal::GetCapturedStderr();
  }

  TemporaryFolder folder_;
  DataSource source_{"letters", {}, {{"size", 3}}};
  int decoded_ = 0;
};

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

TEST_F(DataCache, WithABitFlippedIsNoticedOrHarmless) {
  load();
  const auto intact = content_of(cached_files().at(0));
  const int bits = 8 * static_cast<int>(intact.size());
  int noticed = 0;
  for (int bit = 0; bit < bits; bit += 11) {
    auto damaged = intact;
    damaged[static_cast<std::size_t>(bit / 8)] ^= static_cast<char>(1 << bit % 8);
    decoded_ = 0;
    const auto warning = warning_with(damaged);
    EXPECT_EQ(decoded_ == 1, !warning.empty()) << bit;
    noticed += decoded_;
    EXPECT_EQ(content_of(cached_files().at(0)) == intact, decoded_ == 1) << bit;  // made good
  }
  EXPECT_GT(noticed, bits / 11 / 2);  // the rest are gaps between the tensors
}

TEST_F(DataCache, CutAnywhereIsMadeAnewWithOneWarningThatNamesIt) {
  load();
  const auto intact = content_of(cached_files().at(0));
  for (std::size_t length = 0; length < intact.size(); length += 7) {
    const auto warning = warning_with(intact.substr(0, length));
    EXPECT_THAT(warning, HasSubstr(cached_files().at(0).string() + ": cached data are not used: ")) << length;
    EXPECT_EQ(std::count(warning.begin(), warning.end(), '\n'), 1) << warning;
    EXPECT_EQ(content_of(cached_files().at(0)), intact);
  }
}

TEST_F(DataCache, OfAnotherSourceUnderItsNameIsNotTaken) {
  load();
  const auto mine = cached_files().at(0);
  source_.options["size"] = 4;
  load();
  auto files = cached_files();
  fs::rename(files[0] == mine ? files[1] : files[0], mine);
  source_.options["size"] = 3;
  testing::internal::CaptureStderr();
  load();
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("it holds other data"));
  EXPECT_EQ(decoded_, 3);
}

TEST_F(DataCache, ThatOthersMayWriteIsNotTaken) {
  load();
  ::chmod(cached_files().at(0).c_str(), 0666);
  testing::internal::CaptureStderr();
  load();
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("could have been written by another user"));
  EXPECT_EQ(decoded_, 2);
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

// A file with good checksums whose first tensor has 2^40 bytes, if one believes it.
std::string lying(const std::string& intact) {
  const auto preamble = decode_preamble(intact.substr(0, kPreambleBytes));
  auto table = decode_table(intact.substr(kPreambleBytes, preamble.table_bytes));
  auto& first = table.sections.front();
  first.shape = {1 << 20, 1 << 10, 1 << 10};
  first.bytes = std::uint64_t{1} << 40;
  for (std::size_t i = 1; i < table.sections.size(); ++i)
    table.sections[i].offset = aligned(table.sections[i - 1].offset + table.sections[i - 1].bytes);
  const auto text = encode(table);
  return encode(Preamble{intact.size(), text.size(), xxh3(text)}) + text +
         intact.substr(kPreambleBytes + preamble.table_bytes);
}

TEST_F(DataCache, TakesNoMemoryForWhatAFileAnnounces) {
  load();
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto peak = usage.ru_maxrss;
  EXPECT_THAT(warning_with(lying(content_of(cached_files().at(0)))),
              HasSubstr("its sections do not end where it does"));
  ::getrusage(RUSAGE_SELF, &usage);
  EXPECT_LT(usage.ru_maxrss - peak, 16 * 1024);  // KiB
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
