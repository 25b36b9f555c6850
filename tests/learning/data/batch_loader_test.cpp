#include "learning/data/batch_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

namespace nero_bench {
namespace {

using testing::ElementsAre;

// An image of one pixel: its number, plus the seed of the augmentation. Number −1 is no image.
class Loader {
 public:
  explicit Loader(int threads)
      : loader(threads, {1, 1, 1}, [this]() -> BatchLoader::MakeImage {
          return [this](std::int64_t image, std::optional<std::uint64_t> augmentation, float* into) {
            ++made;
            if (image < 0) throw std::runtime_error("no image " + std::to_string(image));
            *into = static_cast<float>(image + static_cast<std::int64_t>(augmentation.value_or(0)));
          };
        }) {}

  std::vector<float> take(const BatchRequest& request) {
    const auto images = loader.take(request);
    const auto* first = images.const_data_ptr<float>();
    return {first, first + images.numel()};
  }

  std::string failure_of(const BatchRequest& request) {
    try {
      loader.take(request);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  }

  std::atomic<int> made = 0;
  BatchLoader loader;
};

TEST(BatchLoader, PutsEveryImageWhereItBelongsForAnyNumberOfThreads) {
  for (const int threads : {1, 2, 7}) {
    Loader loader(threads);
    EXPECT_THAT(loader.take({{5, 3, 9, 3}, std::nullopt}), ElementsAre(5, 3, 9, 3));
    EXPECT_THAT(loader.take({{1}, 100}), ElementsAre(101));
    EXPECT_THAT(loader.take({{}, std::nullopt}), ElementsAre());
  }
}

TEST(BatchLoader, UsesWhatWasPrepared) {
  Loader loader(2);
  loader.take({{1, 2}, std::nullopt});
  loader.loader.prepare({{3, 4}, 10});
  EXPECT_THAT(loader.take({{3, 4}, 10}), ElementsAre(13, 14));
  EXPECT_EQ(loader.made, 4);
}

TEST(BatchLoader, ForgetsWhatWasPreparedInVain) {
  Loader loader(2);
  for (int i = 0; i < 50; ++i) {
    loader.loader.prepare({{3, 4}, 10});
    EXPECT_THAT(loader.take({{3, 4}, 11}), ElementsAre(14, 15));
  }
}

TEST(BatchLoader, PreparesOneBatchAtMost) {
  Loader loader(1);
  loader.loader.prepare({{1, 2}, std::nullopt});
  loader.loader.prepare({{3, 4}, std::nullopt});
  loader.take({{1, 2}, std::nullopt});
  EXPECT_EQ(loader.made, 2);
}

TEST(BatchLoader, ThrowsTheFirstFailureOfTheBatchAndGoesOn) {
  for (int i = 0; i < 50; ++i) {
    Loader loader(4);
    EXPECT_EQ(loader.failure_of({{0, -7, 1, -8, -9}, std::nullopt}), "no image -7");
    EXPECT_THAT(loader.take({{6}, std::nullopt}), ElementsAre(6));
  }
}

TEST(BatchLoader, TakesAFailureToBeginAsThatOfTheFirstImageAndGoesOn) {
  std::atomic<bool> may_begin = false;
  BatchLoader loader(2, {1, 1, 1}, [&]() -> BatchLoader::MakeImage {
    if (!may_begin) throw std::runtime_error("no memory");
    return [](std::int64_t image, std::optional<std::uint64_t>, float* into) { *into = static_cast<float>(image); };
  });
  EXPECT_THAT(
      [&] {
        loader.take({{1, 2, 3}, std::nullopt});
      },
      testing::ThrowsMessage<std::runtime_error>(testing::StrEq("no memory")));
  may_begin = true;
  EXPECT_EQ(loader.take({{4}, std::nullopt}).item<float>(), 4);
}

TEST(BatchLoader, MayEndWithABatchInTheMaking) {
  for (int i = 0; i < 50; ++i) {
    Loader loader(3);
    loader.loader.prepare({std::vector<std::int64_t>(100), std::nullopt});
  }
}

}  // namespace
}  // namespace nero_bench
