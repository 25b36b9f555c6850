// A file of the data cache is trusted in nothing.
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "learning/checkpoints/checksum.h"
#include "learning/checkpoints/file_format.h"
#include "learning/data/cached_examples.h"

namespace nero_bench {
namespace {

using testing::HasSubstr;

using UntrustedCache = DataCache;

TEST_F(UntrustedCache, WithABitFlippedIsNoticedOrHarmless) {
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

TEST_F(UntrustedCache, CutAnywhereIsMadeAnewWithOneWarningThatNamesIt) {
  load();
  const auto intact = content_of(cached_files().at(0));
  for (std::size_t length = 0; length < intact.size(); length += 7) {
    const auto warning = warning_with(intact.substr(0, length));
    EXPECT_THAT(warning, HasSubstr(cached_files().at(0).string() + ": cached data are not used: ")) << length;
    EXPECT_EQ(std::count(warning.begin(), warning.end(), '\n'), 1) << warning;
    EXPECT_EQ(content_of(cached_files().at(0)), intact);
  }
}

TEST_F(UntrustedCache, OfAnotherSourceUnderItsNameIsNotTaken) {
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

TEST_F(UntrustedCache, ThatOthersMayWriteIsNotTaken) {
  load();
  ::chmod(cached_files().at(0).c_str(), 0666);
  testing::internal::CaptureStderr();
  load();
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("could have been written by another user"));
  EXPECT_EQ(decoded_, 2);
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

TEST_F(UntrustedCache, TakesNoMemoryForWhatAFileAnnounces) {
  load();
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto peak = usage.ru_maxrss;
  EXPECT_THAT(warning_with(lying(content_of(cached_files().at(0)))),
              HasSubstr("its sections do not end where it does"));
  ::getrusage(RUSAGE_SELF, &usage);
  EXPECT_LT(usage.ru_maxrss - peak, 16 * 1024);  // KiB
}

}  // namespace
}  // namespace nero_bench
