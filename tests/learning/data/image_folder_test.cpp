#include "learning/data/image_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "learning/data/file_images.h"
#include "learning/data/files.h"

namespace nero_bench {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

// Two classes of one training image each, one test image each. Nothing is decoded before a batch is asked for.
class PublishedFolder : public testing::Test {
 protected:
  PublishedFolder() {
    for (const auto* file : {"train/cat/1", "train/dog/1", "val/cat/1", "val/dog/1"})
      folder_.write(std::string("pets/") + file, "no image");
  }

  LoadImages parse(Json options = Json::object()) const {
    JsonReader reader(options, "test");
    auto load = parse_image_folder(reader, {"pets", "pets", "train", "val", 2, 2, 2});
    reader.finish();
    return load;
  }

  auto load(const Json& options = Json::object()) const {
    return [=, this] { return parse(options)({folder_.path().string()}); };
  }

  TemporaryFolder folder_;
  ScopedEnvironment environment_{no_data_folders()};
};

TEST_F(PublishedFolder, OfItsSizeIsLoaded) {
  testing::internal::CaptureStderr();
  const auto set = load()();
  EXPECT_EQ(set.train->size(), 2);
  EXPECT_EQ(set.classes, 2);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), IsEmpty());
}

TEST_F(PublishedFolder, WithAnImageMoreOrLessIsAnErrorThatSaysHowMany) {
  const auto extra = folder_.write("pets/val/dog/2", "no image");
  EXPECT_THAT(load(), ThrowsMessage<DataError>(HasSubstr("pets/val: expected 2 images, found 3; complete the set")));
  std::filesystem::remove(extra);
  folder_.write("pets/train/cat/0", "no image");
  EXPECT_THAT(load(), ThrowsMessage<DataError>(HasSubstr("pets/train: expected 2 images, found 3")));
}

TEST_F(PublishedFolder, WithAnotherClassIsAnError) {
  for (const auto* split : {"train", "val"}) folder_.write(std::string("pets/") + split + "/bird/1", "no image");
  EXPECT_THAT(load(), ThrowsMessage<DataError>(HasSubstr("pets: expected 2 classes, found 3")));
}

// Here both splits have no image at all, which is said after the warning.
TEST_F(PublishedFolder, WhoseCorruptImagesMayBeMissingIsNamedInAWarning) {
  folder_.write("pets/train/cat/2", "no image");
  testing::internal::CaptureStderr();
  EXPECT_THAT(load({{"on_corrupt", "skip"}}), ThrowsMessage<DataError>(HasSubstr("a class without intact images")));
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("pets/train: expected 2 images, found 3"));
}

TEST_F(PublishedFolder, HasAKnownSizeUnlessImagesAreLeftOut) {
  EXPECT_EQ(parse().train_samples(), 2);
  EXPECT_EQ(parse({{"on_corrupt", "skip"}}).train_samples(), std::nullopt);
}

TEST(ImageNet, IsOfThePublishedSize) {
  const auto set = image_net();
  EXPECT_EQ(set.classes, 1000);
  EXPECT_EQ(set.train_images, 1'281'167);
  EXPECT_EQ(set.test_images, 50'000);
}

}  // namespace
}  // namespace nero_bench
