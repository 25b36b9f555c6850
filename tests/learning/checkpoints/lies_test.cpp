#include <gmock/gmock.h>
#include <sys/resource.h>

#include "learning/checkpoints/checkpoint.h"
#include "learning/checkpoints/crafted.h"
#include "learning/checkpoints/examples.h"
#include "temporary_folder.h"

namespace nero_bench {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::int64_t kHuge = std::int64_t{1} << 60;

// Files whose checksums all hold and whose announcements do not.
class Lies : public ::testing::Test {
 protected:
  template <class Lie>
  std::string told_by(Lie lie) const {
    auto crafted = honest_file();
    lie(crafted);
    return complaint_about(crafted.bytes());
  }

  // With a lie about the second section.
  template <class Lie>
  std::string told_of_section(Lie lie) const {
    return told_by([&](CraftedFile& crafted) { lie(crafted.sections[1]); });
  }

  std::string complaint_about(const std::string& content) const {
    write_file(file_, content);
    return complaint(file_);
  }

  TemporaryFolder folder_;
  fs::path file_ = folder_.path() / "a.ckpt";
};

TEST_F(Lies, AreToldByNoHonestFile) { EXPECT_EQ(complaint_about(honest_file().bytes()), ""); }

TEST_F(Lies, AboutTheNumberOfThings) {
  EXPECT_THAT(told_by([](auto& file) { file.count = kHuge; }), HasSubstr("announces 1152921504606846976 sections"));
  EXPECT_THAT(told_by([](auto& file) { file.count = ~std::uint64_t{0}; }), HasSubstr("more than it can hold"));
  EXPECT_THAT(told_by([](auto& file) { file.count = 3; }), HasSubstr("table"));
  EXPECT_THAT(told_by([](auto& file) { file.count = 1; }), HasSubstr("goes on after the last section"));
  EXPECT_THAT(told_by([](auto& file) { file.table_end = "x"; }), HasSubstr("goes on after the last section"));
  EXPECT_THAT(told_of_section([](auto& section) { section.dimensions = 0xffffffff; }),
              HasSubstr("announces 4294967295 dimensions, more than it can hold"));
}

TEST_F(Lies, AboutTheLengthOfATextOrOfTheTable) {
  EXPECT_THAT(told_of_section([](auto& section) { section.name_length = 0xffffffff; }), HasSubstr("ends too early"));
  EXPECT_THAT(told_of_section([](auto& section) { section.name_length = 200; }), HasSubstr("ends too early"));
  EXPECT_THAT(told_by([](auto& file) { file.trial_length = 0xfffffff0; }), HasSubstr("ends too early"));
  for (const auto size : {~std::uint64_t{0}, std::uint64_t{1} << 40, std::uint64_t{100'000}}) {
    EXPECT_THAT(told_by([&](auto& file) { file.table_bytes = size; }),
                HasSubstr("announces a table of " + std::to_string(size) + " bytes"));
  }
  EXPECT_THAT(told_by([](auto& file) { file.table_bytes = 10; }), HasSubstr("the checksum of its table"));
}

TEST_F(Lies, AboutTheSizeOfTheFile) {
  const auto size = std::to_string(honest_file().bytes().size());
  for (const auto lie : {~std::uint64_t{0}, std::uint64_t{1} << 62, std::uint64_t{400}})
    EXPECT_THAT(told_by([&](auto& file) { file.file_bytes = lie; }),
                HasSubstr("has " + size + " bytes instead of " + std::to_string(lie)));
  EXPECT_THAT(told_by([](auto& file) { file.file_bytes = 0; }), HasSubstr("announces a table"));
  EXPECT_THAT(told_by([](auto& file) { file.payload += "x"; }), HasSubstr("its sections end at byte"));
  EXPECT_THAT(told_by([](auto& file) { file.payload.pop_back(); }), HasSubstr("its sections end at byte"));
  EXPECT_THAT(told_by([](auto& file) { file.sections.clear(); }), HasSubstr("its sections end at byte"));
}

TEST_F(Lies, AboutWhereASectionIs) {
  for (const auto offset : {std::uint64_t{0}, std::uint64_t{3}, std::uint64_t{128}, ~std::uint64_t{0} - 63})
    EXPECT_THAT(told_of_section([&](auto& section) { section.offset = offset; }),
                HasSubstr("'second' is announced at " + std::to_string(offset) + " instead of 64"));
  EXPECT_THAT(told_by([](auto& file) { std::swap(file.sections[0], file.sections[1]); }),
              HasSubstr("'second' is announced at 64 instead of 0"));
}

TEST_F(Lies, AboutTheBytesOfASection) {
  EXPECT_THAT(told_of_section([](auto& section) { section.bytes = 6; }),
              HasSubstr("'second' announces 6 bytes, but uint8 [5] has 5"));
  EXPECT_THAT(told_of_section([](auto& section) { section.bytes = ~std::uint64_t{0}; }),
              HasSubstr("but uint8 [5] has 5"));
  const auto with_bytes = [](std::int64_t bytes) {
    return [bytes](auto& section) {
      section.shape = {bytes};
      section.bytes = static_cast<std::uint64_t>(bytes);
    };
  };
  EXPECT_THAT(told_of_section(with_bytes(6)), HasSubstr("its sections end at byte"));
  EXPECT_THAT(told_of_section(with_bytes(kHuge)), HasSubstr("its sections end at byte"));
  EXPECT_THAT(told_of_section(with_bytes(std::numeric_limits<std::int64_t>::max())),
              HasSubstr("'second' is larger than a file can be"));
  // Two that wrap around to what is there.
  EXPECT_THAT(told_by([&](auto& file) {
                with_bytes(std::numeric_limits<std::int64_t>::max() - 127)(file.sections[0]);
                file.sections[1].offset = file.sections[0].bytes;
                with_bytes(std::numeric_limits<std::int64_t>::max())(file.sections[1]);
              }),
              HasSubstr("'first' is larger than a file can be"));
}

TEST_F(Lies, AboutAShape) {
  const auto of_shape = [&](std::vector<std::int64_t> shape, std::uint32_t type, std::uint64_t bytes) {
    return told_of_section([&](auto& section) {
      section.shape = shape;
      section.type = type;
      section.bytes = bytes;
    });
  };
  const std::int64_t half = std::int64_t{1} << 32;
  EXPECT_THAT(of_shape({half, half}, 7, 0), HasSubstr("impossible shape, uint8 [4294967296, 4294967296]"));
  EXPECT_THAT(of_shape({5, half, half, 1}, 7, 5), HasSubstr("impossible shape"));
  EXPECT_THAT(of_shape({4 * kHuge + 1}, 1, 4), HasSubstr("impossible shape"));  // 4 bytes each: wraps around to 4
  EXPECT_THAT(of_shape({0, 4 * kHuge, 4}, 7, 0), HasSubstr("impossible shape"));
  EXPECT_THAT(of_shape({-1}, 7, 5), HasSubstr("impossible shape, uint8 [-1]"));
  EXPECT_THAT(of_shape({-1, -5}, 7, 5), HasSubstr("impossible shape"));
  for (const std::uint32_t type : {0U, 8U, 0xffffffffU})
    EXPECT_THAT(of_shape({5}, type, 5), HasSubstr("unknown type, number " + std::to_string(type)));
}

TEST_F(Lies, AboutNamesStepsAndVersions) {
  EXPECT_THAT(told_of_section([](auto& section) { section.name = "first"; }), HasSubstr("two sections 'first'"));
  EXPECT_THAT(told_by([](auto& file) { file.step = -1; }), HasSubstr("step -1"));
  EXPECT_THAT(told_by([](auto& file) { file.version = 2; }), HasSubstr("version 2 of the format"));
}

TEST_F(Lies, InChecksumsAndGaps) {
  EXPECT_THAT(told_of_section([](auto& section) { section.checksum ^= 1; }), HasSubstr("section 'second'"));
  EXPECT_THAT(told_by([](auto& file) { file.payload[3] = 'x'; }), HasSubstr("something stands in the gap"));
  EXPECT_THAT(told_by([](auto& file) { file.gap = 'x'; }), HasSubstr("something stands in the gap"));
}

TEST_F(Lies, AreNamedWithTheFileAndWithoutControlCharacters) {
  const auto message = told_of_section([](auto& section) {
    section.name = std::string("a\x1b[2Jb\0c", 8);
    section.type = 0;
  });
  EXPECT_THAT(message,
              AllOf(StartsWith(file_.string() + ": not an intact checkpoint: "), HasSubstr("a\\x1b[2Jb\\x00c")));
}

std::int64_t peak_kibibytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

TEST_F(Lies, TakeNoMemory) {
  auto crafted = honest_file();
  crafted.table_bytes = (std::uint64_t{1} << 30) - 64;  // all of a file that has a hole of that size
  crafted.file_bytes = std::uint64_t{1} << 30;
  write_file(file_, crafted.bytes());
  fs::resize_file(file_, *crafted.file_bytes);
  const auto before = peak_kibibytes();
  EXPECT_THAT(complaint(file_), HasSubstr("announces a table of"));
  EXPECT_LT(peak_kibibytes() - before, 8 * 1024);
}

TEST_F(Lies, AreLookedForWithoutHoldingASectionInMemory) {
  constexpr std::int64_t kSize = 64 << 20;
  auto crafted = honest_file();
  crafted.sections = {{.name = "hole", .shape = {kSize}, .bytes = kSize}};
  crafted.payload.clear();
  const auto start = (64 + crafted.table().size() + 63) / 64 * 64;
  crafted.file_bytes = start + kSize;
  write_file(file_, crafted.bytes());
  fs::resize_file(file_, *crafted.file_bytes);
  const auto before = peak_kibibytes();
  EXPECT_THAT(complaint(file_), HasSubstr("section 'hole'"));  // read to its end: the checksum is not that of zeros
  EXPECT_LT(peak_kibibytes() - before, 8 * 1024);
}

}  // namespace
}  // namespace nero_bench
