#include <gmock/gmock.h>

#include "base/errors.h"
#include "learning/checkpoints/checkpoint_folder.h"
#include "learning/checkpoints/crafted.h"
#include "learning/checkpoints/examples.h"
#include "learning/checkpoints/write_checkpoint.h"
#include "temporary_folder.h"

namespace nero_bench {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::StartsWith;

// A folder with the checkpoints of steps 1 and 2; the latter is to be damaged.
class Damage : public ::testing::Test {
 protected:
  void write(const std::vector<Example>& newest) {
    CheckpointFolder folder(folder_.path(), "trial", "here");
    folder.save(1, sections_of(small_state(1)));
    folder.save(2, sections_of(newest));
    file_ = folder_.path() / "step-000000000002.ckpt";
    intact_ = content_of(file_);
  }

  // Whether the newest checkpoint that is found is the one before, and the damaged file is named.
  bool is_noticed() const {
    const auto latest = CheckpointFolder(folder_.path(), "trial", "here").latest();
    return latest.checkpoint && latest.checkpoint->header().step == 1 && latest.passed_over.size() == 1 &&
           latest.passed_over.front().starts_with(file_.string());
  }

  // In place, and back again.
  bool flip_is_noticed(std::size_t bit) const {
    std::fstream stream(file_, std::ios::in | std::ios::out | std::ios::binary);
    const auto put = [&](char byte) { stream.seekp(static_cast<std::streamoff>(bit / 8)).put(byte).flush(); };
    put(static_cast<char>(intact_[bit / 8] ^ (1 << bit % 8)));
    const bool noticed = is_noticed();
    put(intact_[bit / 8]);
    return noticed;
  }

  TemporaryFolder folder_;
  fs::path file_;
  std::string intact_;
};

TEST_F(Damage, OfAnySingleBitOfASmallFileIsNoticed) {
  write(small_state(2));
  ASSERT_GE(8 * intact_.size(), 9000U);
  for (std::size_t bit = 0; bit < 8 * intact_.size(); ++bit) ASSERT_TRUE(flip_is_noticed(bit)) << bit;
  EXPECT_FALSE(is_noticed());
}

TEST_F(Damage, OfSingleBitsOfALargeFileIsNoticed) {
  write({{"large", ElementType::kUint8, {600'001}, noise(600'001, 3)},
         {"more", ElementType::kUint8, {99}, noise(99, 4)}});
  std::mt19937 random(5);
  std::uniform_int_distribution<std::size_t> bits(0, 8 * intact_.size() - 1);
  for (int i = 0; i < 2000; ++i) {
    const auto bit = bits(random);
    ASSERT_TRUE(flip_is_noticed(bit)) << bit;
  }
  EXPECT_FALSE(is_noticed());
}

TEST_F(Damage, ByCuttingAtAnyByteIsNoticed) {
  write(small_state(2));
  ASSERT_GE(intact_.size(), 1000U);
  for (std::size_t length = intact_.size(); length-- > 0;) {
    fs::resize_file(file_, length);
    ASSERT_TRUE(is_noticed()) << length;
  }
}

TEST_F(Damage, ByCuttingAndFillingWithZerosIsNoticed) {  // as some file systems do after a power cut
  write(small_state(2));
  for (std::size_t length = 0; length < intact_.size() - 1; ++length) {
    fs::resize_file(file_, 0);
    write_file(file_, intact_.substr(0, length));
    fs::resize_file(file_, intact_.size());
    ASSERT_EQ(is_noticed(), content_of(file_) != intact_) << length;
  }
}

TEST_F(Damage, ByAppendingIsNoticed) {
  write(small_state(2));
  for (const auto& more : {std::string(1, '\0'), std::string(64, '\0'), std::string("x"), intact_}) {
    write_file(file_, intact_ + more);
    EXPECT_TRUE(is_noticed()) << more.size();
  }
}

// Whatever a table says under a checksum that holds: it is refused, or every byte that it announces is there.
TEST(DamagedTable, WithAChecksumThatHoldsIsRefusedOrHarmless) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "a.ckpt";
  const auto table = honest_file().table();
  std::mt19937 random(6);
  int refused = 0;
  for (int i = 0; i < 5000; ++i) {
    auto damaged = table;
    for (unsigned n = 1 + random() % 4; n > 0; --n) damaged[random() % damaged.size()] = static_cast<char>(random());
    write_file(file, honest_file().bytes_with(damaged));
    try {
      const Checkpoint checkpoint(file);
      for (const auto& section : checkpoint.sections()) EXPECT_EQ(checkpoint.read(section).size(), section.bytes);
    } catch (const StoreError& error) {
      ++refused;
      EXPECT_THAT(error.what(), StartsWith(file.string()));
    }
  }
  EXPECT_GT(refused, 2500);
}

}  // namespace
}  // namespace nero_bench
