#include "learning/data/decode_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <latch>
#include <stdexcept>
#include <thread>

#include "base/errors.h"
#include "learning/data/files.h"

namespace nero_bench {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

ClassFolders files(std::size_t count) {
  return {{"all"}, std::vector<std::filesystem::path>(count), std::vector<std::int64_t>(count)};
}

// Files 3, 5 and 8 are no images.
void work(ImageFileReader&, std::int64_t file) {
  if (file == 3 || file == 5 || file == 8) throw CorruptImage(std::to_string(file) + ": is torn");
}

TEST(EveryFile, IsWorkedOnByAsManyThreadsAsAreWanted) {
  std::latch all_there(3);
  const auto wait_for_others = [&](ImageFileReader&, std::int64_t) {
    all_there.count_down();
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!all_there.try_wait() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  };
  for_every_file(files(3), OnCorrupt::kFail, 3, wait_for_others);
  EXPECT_TRUE(all_there.try_wait());
}

TEST(EveryFile, ThatIsCorruptIsReturnedInOrderWhereItMayBeSkipped) {
  for (const int threads : {1, 4, 100}) {
    EXPECT_THAT(for_every_file(files(10), OnCorrupt::kSkip, threads, work), ElementsAre(3, 5, 8)) << threads;
    EXPECT_THAT(for_every_file(files(3), OnCorrupt::kSkip, threads, work), ElementsAre()) << threads;
    EXPECT_THAT(for_every_file(files(0), OnCorrupt::kSkip, threads, work), ElementsAre()) << threads;
  }
}

TEST(EveryFile, ThatIsCorruptIsOtherwiseAnErrorThatNamesTheFirst) {
  for (const int threads : {1, 4}) {
    EXPECT_THAT([&] { for_every_file(files(10), OnCorrupt::kFail, threads, work); },
                ThrowsMessage<DataError>(AllOf(HasSubstr("3: is torn; and 2 more such files; replace or remove it"),
                                               HasSubstr("\"on_corrupt\": \"skip\""))));
  }
}

TEST(EveryFile, PassesOnOtherFailures) {
  const auto fail = [](ImageFileReader&, std::int64_t file) {
    if (file % 2 == 1) throw std::runtime_error("no memory");
  };
  for (const int threads : {1, 4})
    EXPECT_THROW(for_every_file(files(9), OnCorrupt::kSkip, threads, fail), std::runtime_error);
}

// What cannot be read may be an image: leaving it out would change the data.
TEST(EveryFile, ThatCannotBeReadIsAnErrorEvenWhereCorruptOnesAreSkipped) {
  const TemporaryFolder folder;
  const auto missing = folder.path() / "missing.png";
  const auto loop = folder.path() / "loop.png";
  std::filesystem::create_symlink(loop, loop);
  for (const auto& file : {missing, loop}) {
    EXPECT_THAT(
        [&] {
          intact_files({{"all"}, {file}, {0}}, 1);
        },
        ThrowsMessage<DataError>(HasSubstr(file.string() + ": cannot be read: ")));
  }
}

}  // namespace
}  // namespace nero_bench
