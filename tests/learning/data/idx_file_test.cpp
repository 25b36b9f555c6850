#include "learning/data/idx_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "base/errors.h"
#include "learning/data/files.h"

namespace nero_bench {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

// 2 × 3 bytes, the header of 12 bytes included.
const std::string kSixBytes = idx_bytes(0x802, {2, 3}, "\1\2\3\4\5\xff");

class IdxFile : public testing::Test {
 protected:
  std::string write(const std::string& content) { return folder_.write("values", content); }

  IdxArray read(const std::string& content, int dimensions = 2) { return read_idx(write(content), dimensions); }

  // What reading `content` complains about; empty if it does not.
  std::string complaint(const std::string& content, int dimensions = 2) {
    try {
      read(content, dimensions);
    } catch (const DataError& error) {
      return error.what();
    }
    return "";
  }

  auto names_the_file() const { return StartsWith((folder_.path() / "values").string() + ": at byte "); }

 private:
  TemporaryFolder folder_;
};

TEST_F(IdxFile, IsReadAsItStandsCompressedOrNot) {
  for (const auto& content : {kSixBytes, gzip_compressed(kSixBytes)}) {
    const auto array = read(content);
    EXPECT_THAT(array.shape, ElementsAre(2, 3));
    EXPECT_THAT(array.values, ElementsAre(1, 2, 3, 4, 5, 255));
  }
}

TEST_F(IdxFile, LargerThanTheReadersBufferIsReadWhole) {
  std::string values(3'000'001, '\0');
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<char>(i % 251);
  const auto content = idx_bytes(0x801, {3'000'001}, values);
  for (const auto& file : {content, gzip_compressed(content)}) {
    const auto array = read(file, 1);
    EXPECT_EQ(std::string(array.values.begin(), array.values.end()), values);
  }
}

TEST_F(IdxFile, CutAnywhereIsAnErrorThatNamesFileAndOffset) {
  for (std::size_t length = 0; length < kSixBytes.size(); ++length) {
    const auto message = complaint(kSixBytes.substr(0, length));
    EXPECT_THAT(message, AllOf(names_the_file(), HasSubstr("the file ends"), HasSubstr("good copy"))) << length;
    if (length >= 12) {
      EXPECT_THAT(message, HasSubstr("at byte " + std::to_string(length) + " ("));
    }
  }
  EXPECT_THAT(complaint(kSixBytes.substr(0, 14)), HasSubstr("the file ends after 2 of the 6 values"));
}

TEST_F(IdxFile, CompressedAndCutAnywhereIsAnErrorThatNamesTheFile) {
  const auto compressed = gzip_compressed(kSixBytes);
  for (std::size_t length = 0; length < compressed.size(); ++length) {
    const auto message = complaint(compressed.substr(0, length));
    EXPECT_THAT(message, names_the_file()) << length;
    if (length >= 3) {
      EXPECT_THAT(message, HasSubstr("the compressed data end too early")) << length;
    }
  }
}

TEST_F(IdxFile, CompressedWithAFlippedBitIsNoticedOrHarmless) {
  const auto compressed = gzip_compressed(kSixBytes);
  for (std::size_t bit = 0; bit < 8 * compressed.size(); ++bit) {
    auto damaged = compressed;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    if (complaint(damaged).empty()) {
      EXPECT_THAT(read(damaged).values, ElementsAre(1, 2, 3, 4, 5, 255)) << bit;
    }
  }
}

TEST_F(IdxFile, WithAWrongChecksumIsAnErrorThatSaysSoOnce) {
  auto compressed = gzip_compressed(kSixBytes);
  compressed[compressed.size() - 8] = static_cast<char>(compressed[compressed.size() - 8] ^ 1);  // CRC-32, then length
  const auto message = complaint(compressed);
  EXPECT_THAT(message, AllOf(names_the_file(), HasSubstr("(uncompressed): incorrect data check; replace")));
}

TEST_F(IdxFile, OfAnotherKindIsAnErrorAtItsFirstByte) {
  EXPECT_THAT(complaint(kSixBytes, 3), AllOf(names_the_file(), HasSubstr("at byte 0 ("), HasSubstr("2051"),
                                             HasSubstr("3 dimensions"), HasSubstr("found 2050")));
  EXPECT_THAT(complaint(idx_bytes(0xD02, {2, 3}, std::string(24, '\0'))), HasSubstr("found 3330"));  // of floats
  EXPECT_THAT(complaint("<!DOCTYPE html><html><body>404 Not Found</body></html>"),
              AllOf(HasSubstr("at byte 0 ("), HasSubstr("magic number 2050")));
}

TEST_F(IdxFile, WithBytesToSpareIsAnErrorAtTheFirstOfThem) {
  for (const auto& content : {kSixBytes + "\1\2", gzip_compressed(kSixBytes + "\1\2")}) {
    EXPECT_THAT(complaint(content),
                AllOf(names_the_file(), HasSubstr("at byte 18 ("), HasSubstr("more in the file than its header")));
  }
}

TEST_F(IdxFile, OfAnImpossibleDimensionIsAnErrorAtThatDimension) {
  EXPECT_THAT(complaint(idx_bytes(0x802, {0xffffffff, 0xffffffff}, "\1")),
              AllOf(HasSubstr("at byte 4 ("), HasSubstr("a dimension of 4294967295")));
  EXPECT_THAT(complaint(idx_bytes(0x802, {2, 0}, "")), AllOf(HasSubstr("at byte 8 ("), HasSubstr("a dimension of 0")));
  EXPECT_THAT(complaint(idx_bytes(0x803, {10'000'000, 10'000'000, 10'000'000}, "\1"), 3), HasSubstr("at byte 8 ("));
}

std::int64_t peak_kibibytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

TEST_F(IdxFile, TakesNoMemoryForWhatItsHeaderOnlyAnnounces) {
  const auto before = peak_kibibytes();
  EXPECT_THAT(complaint(idx_bytes(0x802, {10'000'000, 400}, "\1\2\3")),
              HasSubstr("the file ends after 3 of the 4000000000 values"));
  EXPECT_LT(peak_kibibytes() - before, 16 * 1024);
}

TEST_F(IdxFile, ThatIsNotThereOrAFolderIsAnError) {
  TemporaryFolder folder;
  EXPECT_THROW(read_idx((folder.path() / "missing").string(), 1), DataError);
  EXPECT_THROW(read_idx(folder.path().string(), 1), DataError);
}

// printf abc | sha256sum; FIPS 180-2, appendix B.1
TEST_F(IdxFile, HasTheChecksumOfItsContentCompressedOrNot) {
  for (const auto& content : {std::string("abc"), gzip_compressed("abc")}) {
    EXPECT_EQ(sha256_of_uncompressed(write(content)),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }
  EXPECT_THROW(sha256_of_uncompressed(write(gzip_compressed("abc").substr(0, 15))), DataError);
}

}  // namespace
}  // namespace nero_bench
