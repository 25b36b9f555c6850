#include "learning/checkpoints/checkpoint.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <limits>

#include "base/errors.h"
#include "learning/checkpoints/examples.h"
#include "learning/checkpoints/write_checkpoint.h"
#include "temporary_folder.h"

namespace nero_bench {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// What write_version_1.py says.
const std::vector<Example> kVersion1{
    {"layer.weight",
     ElementType::kFloat32,
     {2, 3},
     bytes_of<std::uint32_t>({0x3F800000, 0x7FC12345, 0x7F800001, 0x80000000, 1, 0xFF800000})},
    {"bound", ElementType::kFloat64, {}, bytes_of<double>({0.1})},
    {"nothing", ElementType::kInt64, {0, 4}, {}},
    {"steps", ElementType::kInt64, {1}, bytes_of<std::int64_t>({-2})},
    {"größe", ElementType::kUint8, {5}, bytes_of<std::uint8_t>({0, 1, 127, 128, 255})}};

const fs::path kVersion1File = fs::path(NERO_BENCH_SOURCE_DIR) / "tests/learning/checkpoints/version_1.ckpt";

class CheckpointFile : public ::testing::Test {
 protected:
  Checkpoint written(const std::vector<Example>& examples, const CheckpointHeader& header = {"trial", "here", 1}) {
    write_checkpoint(file_, header, sections_of(examples));
    return Checkpoint(file_);
  }

  TemporaryFolder folder_;
  fs::path file_ = folder_.path() / "a.ckpt";
};

TEST_F(CheckpointFile, OfVersion1WrittenByAnotherProgramIsReadToTheBit) {
  const Checkpoint checkpoint(kVersion1File);
  EXPECT_EQ(checkpoint.header().trial, "nero-0123abcd");
  EXPECT_EQ(checkpoint.header().environment_hash, "environment");
  EXPECT_EQ(checkpoint.header().step, 1200);
  expect_holds(checkpoint, kVersion1);
}

TEST_F(CheckpointFile, IsWrittenAsAnotherProgramWritesIt) {
  written(kVersion1, {"nero-0123abcd", "environment", 1200});
  EXPECT_EQ(content_of(file_), content_of(kVersion1File));
}

TEST_F(CheckpointFile, GivesBackEveryBitOfEveryType) {
  const std::vector<Example> examples{{"float32", ElementType::kFloat32, {3}, noise(12, 1)},
                                      {"float64", ElementType::kFloat64, {1, 3, 1}, noise(24, 2)},
                                      {"float16", ElementType::kFloat16, {3}, noise(6, 3)},
                                      {"bfloat16", ElementType::kBfloat16, {3}, noise(6, 4)},
                                      {"int64", ElementType::kInt64, {3}, noise(24, 5)},
                                      {"int32", ElementType::kInt32, {3}, noise(12, 6)},
                                      {"uint8", ElementType::kUint8, {1'000'003}, noise(1'000'003, 7)}};
  expect_holds(written(examples), examples);
}

TEST_F(CheckpointFile, GivesBackEmptyTensorsScalarsAndNothingAtAll) {
  const std::vector<Example> examples{{"", ElementType::kFloat32, {0}, {}},
                                      {"scalar", ElementType::kFloat32, {}, noise(4, 0)},
                                      {"empty", ElementType::kFloat64, {7, 0, 1'000'000}, {}}};
  expect_holds(written(examples), examples);
  const auto nothing = written({}, {"", "", std::numeric_limits<std::int64_t>::max()});
  EXPECT_THAT(nothing.sections(), IsEmpty());
  EXPECT_EQ(nothing.header().step, std::numeric_limits<std::int64_t>::max());
}

TEST_F(CheckpointFile, GivesBackManySections) {
  std::vector<Example> examples;
  for (unsigned i = 0; i < 3000; ++i)
    examples.push_back({"tensor." + std::to_string(i), ElementType::kUint8, {i % 130}, noise(i % 130, i)});
  expect_holds(written(examples), examples);
}

TEST_F(CheckpointFile, StartsEverySectionAtAMultipleOf64Bytes) {
  std::vector<std::string> contents;
  std::vector<Example> examples;
  for (int i = 0; i < 20; ++i) {
    const auto content = "elements of " + std::to_string(100 + i) + std::string(static_cast<std::size_t>(7 * i), '.');
    contents.push_back(content);
    examples.push_back(
        {std::to_string(i), ElementType::kUint8, {15 + 7 * i}, bytes_of<char>({content.begin(), content.end()})});
  }
  written(examples);
  const auto file = content_of(file_);
  for (const auto& content : contents) {
    ASSERT_NE(file.find(content), std::string::npos);
    EXPECT_EQ(file.find(content) % 64, 0U) << content;
  }
}

TEST_F(CheckpointFile, FindsSectionsByName) {
  const auto checkpoint = written(small_state());
  ASSERT_NE(checkpoint.find("bound"), nullptr);
  EXPECT_THAT(checkpoint.find("layer.weight")->shape, ElementsAre(10, 7));
  EXPECT_EQ(checkpoint.find("layer"), nullptr);
}

TEST_F(CheckpointFile, SaysWhatOfARequiredSectionIsNotAsRequired) {
  const auto checkpoint = written(small_state());
  const auto why = [&](const char* name, ElementType type, const std::vector<std::int64_t>& shape) -> std::string {
    try {
      checkpoint.require(name, type, shape);
    } catch (const StoreError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(why("layer.bias", ElementType::kFloat32, {10}), "");
  EXPECT_EQ(why("missing", ElementType::kFloat32, {10}), file_.string() + ": has no section 'missing'");
  EXPECT_EQ(why("layer.weight", ElementType::kFloat64, {10, 7}),
            file_.string() + ": the section 'layer.weight' is float32 [10, 7], expected float64 [10, 7]");
  EXPECT_THAT(why("layer.weight", ElementType::kFloat32, {7, 10}), HasSubstr("expected float32 [7, 10]"));
  EXPECT_THAT(why("layer.weight", ElementType::kFloat32, {10}), HasSubstr("expected float32 [10]"));
  EXPECT_THAT(why("bound", ElementType::kFloat64, {1}), HasSubstr("is float64 [], expected float64 [1]"));
}

TEST_F(CheckpointFile, IsReadIntoMemoryOfExactlyItsSize) {
  const auto checkpoint = written(small_state());
  std::vector<std::byte> memory(9);
  EXPECT_THROW(checkpoint.read(*checkpoint.find("bound"), memory), std::invalid_argument);
  EXPECT_THROW(checkpoint.read(*checkpoint.find("bound"), std::span(memory).first(7)), std::invalid_argument);
  checkpoint.read(*checkpoint.find("bound"), std::span(memory).first(8));
  EXPECT_EQ(std::vector(memory.begin(), memory.begin() + 8), small_state()[2].bytes);
}

TEST_F(CheckpointFile, StaysReadableWhenItIsReplacedOrRemoved) {
  const auto first = written(small_state(1));
  const auto second = written(small_state(2));
  fs::remove(file_);
  expect_holds(first, small_state(1));
  expect_holds(second, small_state(2));
}

TEST_F(CheckpointFile, DamagedAfterItWasOpenedIsNoticedWhenASectionIsRead) {
  const auto checkpoint = written(small_state());
  const auto content = content_of(file_);
  std::fstream(file_, std::ios::in | std::ios::out)
      .seekp(static_cast<std::streamoff>(content.size() - 1))
      .put('\0')
      .put('x');
  try {
    checkpoint.read(*checkpoint.find("random"));
    FAIL() << "expected a StoreError";
  } catch (const StoreError& error) {
    EXPECT_THAT(error.what(), AllOf(StartsWith(file_.string()), HasSubstr("section 'random'")));
  }
  fs::resize_file(file_, content.size() - 10);
  EXPECT_THROW(checkpoint.read(*checkpoint.find("random")), StoreError);
}

TEST_F(CheckpointFile, ThatIsNoneIsNamed) {
  write_file(file_, "");
  EXPECT_THAT(complaint(file_), AllOf(StartsWith(file_.string()), HasSubstr("ends inside its first 64 bytes")));
  write_file(file_, std::string(100, 'x'));
  EXPECT_THAT(complaint(file_), HasSubstr("does not begin like a checkpoint"));
  EXPECT_THAT(complaint(folder_.path() / "missing"), HasSubstr("missing: cannot be opened"));
  EXPECT_THAT(complaint(folder_.path()), HasSubstr("not a regular file"));
  ASSERT_EQ(::mkfifo((folder_.path() / "pipe").c_str(), 0600), 0);
  EXPECT_THAT(complaint(folder_.path() / "pipe"), HasSubstr("not a regular file"));
}

}  // namespace
}  // namespace nero_bench
