// What happens to data sets on their way: whatever is wrong is a DataError (exit code 4) that names the file and where,
// with nothing in the cache and with good data in it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <random>

#include "base/errors.h"
#include "learning/data/files.h"
#include "learning/data/idx_images.h"

namespace nero_bench {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr std::uint32_t kImages = 300;

std::string noise(std::size_t bytes) {
  std::mt19937 generator(1);
  std::string values(bytes, '\0');
  for (auto& value : values) value = static_cast<char>(generator() >> 24);
  return values;
}

const std::string& good_images() {
  static const auto file = gzip_compressed(idx_bytes(0x803, {kImages, 28, 28}, noise(kImages * 28 * 28)));
  return file;
}

const std::string& good_labels() {
  static const auto file = gzip_compressed(idx_labels(std::string(kImages, '\7')));
  return file;
}

// With and without the good set in the cache.
class DataFault : public testing::TestWithParam<bool> {
 protected:
  DataFault() {
    write_set(folder_, "mnist", {}, "");
    for (const auto* name : {"train-images-idx3-ubyte", "train-labels-idx1-ubyte"})
      std::filesystem::remove(folder_.path() / "mnist" / name);
    put("train-images-idx3-ubyte.gz", good_images());
    put("train-labels-idx1-ubyte.gz", good_labels());
    if (GetParam()) load();
  }

  void put(const std::string& name, const std::string& content) { folder_.write("mnist/" + name, content); }

  ImageDataSet load() {
    const Json config{{"name", "mnist"}};
    JsonReader reader(config, "test");
    return parse_image_data_set(reader)({folder_.path().string(), (folder_.path() / "cache").string()});
  }

  std::string complaint() {
    try {
      load();
    } catch (const UserError& error) {
      EXPECT_EQ(error.code(), ExitCode::kData);
      return error.what();
    }
    return "";
  }

  std::string complaint_of(const std::string& name, const std::string& content, const std::string& good) {
    put(name, content);
    const auto message = complaint();
    put(name, good);
    return message;
  }

  auto names(const std::string& file) const {
    return AllOf(StartsWith((folder_.path() / "mnist" / file).string() + ": at byte "), HasSubstr("good copy"));
  }

  TemporaryFolder folder_;
  ScopedEnvironment environment_{no_data_folders()};
};

INSTANTIATE_TEST_SUITE_P(, DataFault, testing::Bool(),
                         [](const auto& warm) { return warm.param ? "WithGoodDataCached" : "WithoutCache"; });

TEST_P(DataFault, ACompressedFileCutAtAnyOfAHundredPointsIsNamed) {
  constexpr std::size_t kPoints = 100;
  for (std::size_t point = 0; point < kPoints; ++point) {
    const auto cut = good_images().substr(0, good_images().size() * point / kPoints);
    EXPECT_THAT(complaint_of("train-images-idx3-ubyte.gz", cut, good_images()), names("train-images-idx3-ubyte.gz"))
        << point;
  }
  EXPECT_EQ(complaint(), "");
}

// The last eight bytes: CRC-32 and length of what was compressed.
TEST_P(DataFault, AnyFlippedBitOfTheChecksumsIsNamed) {
  for (std::size_t bit = 0; bit < 64; ++bit) {
    auto damaged = good_labels();
    auto& byte = damaged[damaged.size() - 1 - bit / 8];
    byte = static_cast<char>(byte ^ (1 << bit % 8));
    EXPECT_THAT(complaint_of("train-labels-idx1-ubyte.gz", damaged, good_labels()), names("train-labels-idx1-ubyte.gz"))
        << bit;
  }
}

TEST_P(DataFault, AFlippedBitOfTheDataIsNamed) {
  constexpr std::size_t kHeader = 10;  // of gzip: some of its bits mean nothing to the content
  for (std::size_t i = 0; i < 100; ++i) {
    auto damaged = good_images();
    auto& byte = damaged[kHeader + (damaged.size() - kHeader) * i / 100];
    byte = static_cast<char>(byte ^ (1 << i % 8));
    EXPECT_THAT(complaint_of("train-images-idx3-ubyte.gz", damaged, good_images()), names("train-images-idx3-ubyte.gz"))
        << i;
  }
}

std::int64_t peak_kibibytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

TEST_P(DataFault, WhatAHeaderClaimsIsNeitherBelievedNorAllocated) {
  complaint();  // has touched what reading needs
  const auto before = peak_kibibytes();
  const std::vector<std::vector<std::uint32_t>> claims{{0xffffffff, 28, 28},
                                                       {0x10000, 0x10000, 1},
                                                       {28, 0xffffffff, 1},
                                                       {0x80000000, 0x80000000, 4},
                                                       {10'000'000, 20, 20},
                                                       {5'000'000, 28, 28},
                                                       {0xffffffff, 0xffffffff, 0xffffffff}};
  for (const auto& shape : claims) {
    for (const bool compressed : {false, true}) {
      const auto content = idx_bytes(0x803, shape, noise(5000));
      EXPECT_THAT(
          complaint_of("train-images-idx3-ubyte.gz", compressed ? gzip_compressed(content) : content, good_images()),
          names("train-images-idx3-ubyte.gz"));
    }
  }
  EXPECT_LT(peak_kibibytes() - before, 16 * 1024);
}

TEST_P(DataFault, AnotherKindOfFileIsNamedAtItsFirstByte) {
  for (const std::string content : {"<!DOCTYPE html>\n<html><body>404 Not Found</body></html>",
                                    "version https://git-lfs", "\x93NUMPY\1\0", "PK\3\4zip"}) {
    EXPECT_THAT(complaint_of("train-images-idx3-ubyte.gz", content, good_images()),
                AllOf(names("train-images-idx3-ubyte.gz"), HasSubstr(": at byte 0 (uncompressed): "),
                      HasSubstr("magic number 2051")));
  }
}

TEST_P(DataFault, ALabelOutOfRangeIsNamedWithItsByte) {
  std::string labels(kImages, '\7');
  labels[17] = '\x0a';
  EXPECT_THAT(complaint_of("train-labels-idx1-ubyte.gz", gzip_compressed(idx_labels(labels)), good_labels()),
              AllOf(names("train-labels-idx1-ubyte.gz"), HasSubstr(": at byte 25 ("), HasSubstr("label 10 is not")));
}

TEST_P(DataFault, LeavesNothingInTheCache) {
  const auto cached = [&] {
    std::vector<std::filesystem::path> files;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path() / "cache", ignored))
      files.push_back(entry.path());
    return files;
  };
  const auto before = cached();
  EXPECT_EQ(before.size(), GetParam() ? 1 : 0);
  complaint_of("train-labels-idx1-ubyte.gz", "<html>", good_labels());
  EXPECT_EQ(cached(), before);
}

}  // namespace
}  // namespace nero_bench
